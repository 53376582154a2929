#!/usr/bin/env bash
# A new user's first steps: the wheel by pip into a new environment, on the newest versions that
# pyproject.toml permits, from an empty folder. The lock's versions are those of `make test`.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in $(compgen -e | grep -E '^(PREFECT|GONGBAO|PYTHONPATH|VIRTUAL_ENV)' || true); do unset "$name"; done
export PREFECT_HOME=$work/prefect PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONUTF8=1

echo "install: the wheel and its dependencies"
"${PYTHON:-python3}" -m venv "$work/venv"
export PATH=$work/venv/bin:$PATH
pip wheel -qq --no-deps -w "$work/wheel" "$root"
pip install -qq "$work"/wheel/gongbao-*.whl
python - <<'EOF'
from importlib.metadata import version
print("  ", ", ".join(f"{name} {version(name)}" for name in ("duckdb", "polars", "prefect", "pandas")))
EOF
mkdir "$work/empty"
cd "$work/empty"

fail() { echo "install: $1" >&2; exit 1; }

# says PATTERN COMMAND…: the command ends with 0, and a line of its output has the pattern.
says() {
  local said
  said=$("${@:2}" 2>&1) || { echo "$said"; fail "error of: ${*:2}"; }
  grep -q -- "$1" <<< "$said" || { echo "$said"; fail "no $1 from: ${*:2}"; }
}

echo "install: gongbao refresh --bundled"
says '711.81' gongbao refresh --bundled
says 'nothing published' gongbao refresh --bundled

echo "install: gongbao query, brief, status"
says '平阳县.*711.81' gongbao query latest_league --format csv
says '平阳县' gongbao query "SELECT area_name('330326', '2023') AS name"
says '711.81' gongbao brief 平阳县 --year 2023
says '^publication ' gongbao status

echo "install: gongbao check"
echo '2023年，平阳县地区生产总值711.81亿元，比上年增长7.9%。' > right.txt
echo '2023年，平阳县地区生产总值721.81亿元，比上年增长7.9%。' > wrong.txt
says 'supported' gongbao check right.txt --published-on 2024-03-01
code=0
gongbao check wrong.txt --published-on 2024-03-01 > wrong.out || code=$?
test "$code" = 1 || { cat wrong.out; fail "a wrong article: exit code $code, not 1"; }

echo "install: gongbao up"
port=$(python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
gongbao up --port "$port" > up.txt 2>&1 &
up=$!
python - "http://127.0.0.1:$port/api" "$up" <<'EOF' || { cat up.txt; fail "no worker and deployment"; }
import os, sys, time
import httpx

api, up = sys.argv[1], int(sys.argv[2])
for _ in range(1200):
    os.kill(up, 0)  # raises once it has ended
    try:
        workers = httpx.post(f"{api}/work_pools/gongbao/workers/filter", json={})
        if workers.is_success and any(each["status"] == "ONLINE" for each in workers.json()):
            break
    except httpx.TransportError:
        pass
    time.sleep(0.3)
else:
    sys.exit("no worker came online")
deployment = httpx.get(f"{api}/deployments/name/refresh/daily").raise_for_status().json()
assert deployment["schedules"], deployment
assert deployment["entrypoint"] == "flows.refresh.refresh", deployment
EOF
kill -TERM "$up"
wait "$up" || { cat up.txt; fail "up did not end with 0"; }
echo "install: all of it works"
