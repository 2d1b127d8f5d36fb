#!/usr/bin/env bash
# A requirement 'name @ file:///folder', as pip and PEP 508 have it, makes `colcon test` run no test of that package and end
# with 0: colcon's parser of requirements refuses a URL without a host, so the test dependency on pytest is not seen, and
# unittest, which looks in its place, finds nothing. With file://localhost/folder, the same to pip, the tests run.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check colcon-core==0.21.3 colcon-python-setup-py==0.2.9 \
    colcon-test-result==0.3.8 colcon-recursive-crawl==0.2.3 colcon-library-path==0.2.1 colcon-bash==0.5.0 \
    setuptools==79.0.1 pytest==8.4.2 2> /dev/null
export PATH="$work/venv/bin:$PATH" COLCON_HOME="$work"
for host in '' localhost; do
    top="$work/with_${host:-no_host}"
    mkdir -p "$top/src/one/test" "$top/src/one/one"
    cd "$top"
    touch src/one/one/__init__.py
    printf 'def test_it():\n    pass\n' > src/one/test/test_it.py
    printf '[tool:pytest]\ntestpaths = test\n' > src/one/setup.cfg
    cat > src/one/setup.py << PYTHON
from setuptools import setup

setup(name="one", version="1.0", packages=["one"], install_requires=["other @ file://$host/tmp/other"],
      extras_require={"test": ["pytest"]})
PYTHON
    colcon build > build.log 2>&1 || true
    code=0
    colcon test > test.log 2>&1 || code=$?
    ran=$(cat test.log log/test_*/one/*.log 2> /dev/null | grep -oE 'Ran [0-9]+ tests?|[0-9]+ passed' | sort -u | tr '\n' ' ')
    echo "file://$host/tmp/other: colcon test ends with $code; ${ran:-nothing}"
done | tee "$work/said"
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(colcon-core|setuptools|pytest) '
grep -q 'file:///tmp/other: colcon test ends with 0; Ran 0 tests' "$work/said"
grep -q 'file://localhost/tmp/other: colcon test ends with 0; 1 passed' "$work/said"
