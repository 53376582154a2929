"""Gongbao: China's statistical releases, read figure by figure into a warehouse.

The data goes one way: fetch, read, harmonise, gate, store, publish. Each is a package with one
obvious public function; ``refresh`` is the Prefect flow that runs them in that order.
"""

__version__ = "0.1.0"
