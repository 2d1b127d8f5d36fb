# Source me: `. scripts/env.bash` gives a shell in which every `python3 -m fer_…` works, and `ros2 …` where
# ROS 2 is installed. It sets up what is missing first, and that is PyTorch (2.5 GB), too, for fer_training.
# Less comes with a level named before it: `FER_LEVEL=evaluate . scripts/env.bash` has all but training, `run` what the
# nodes need. `train` is the default; `test` adds lint, types and pytest.
fer_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
fer_level=${FER_LEVEL:-train} fer_kept='' fer_asked=''
if fer_python=$(type -P "${PYTHON:-python3}") && [ -x "$fer_top/.venv/bin/python" ]; then # what it came to the last time
  eval "$("$fer_top/.venv/bin/python" -I -S "$fer_top/scripts/setup/kept.py" read "$fer_level" "$fer_python" 2>/dev/null)"
fi
if [ -n "$fer_kept" ] || "${PYTHON:-python3}" "$fer_top/scripts/setup" "$fer_level"; then
  # Discovery stays on this machine unless the user says otherwise: faces are private.
  export ROS_AUTOMATIC_DISCOVERY_RANGE=${ROS_AUTOMATIC_DISCOVERY_RANGE:-LOCALHOST}
  if [ "${ROS_DISTRO:-}" = humble ]; then export ROS_LOCALHOST_ONLY=${ROS_LOCALHOST_ONLY:-1}; fi  # its name there
  # ONNX Runtime reports to its makers unless it is told not to (Privacy.md in its package): for whatever runs in this shell.
  export ORT_DISABLE_TELEMETRY=${ORT_DISABLE_TELEMETRY:-1}
  case $- in *u*) fer_strict=u ;; *) fer_strict= ;; esac
  set +u # colcon's script reads variables that nobody has set
  . "$fer_top/.venv/bin/activate"
  if [ -z "$fer_kept" ]; then
    fer_others() { export -p | grep -vE '^declare -x (AMENT_PREFIX|CMAKE_PREFIX|COLCON_PREFIX|LD_LIBRARY|PYTHON)_?PATH='; }
    fer_before=$(fer_others)
    if [ -z "${AMENT_PREFIX_PATH:-}" ]; then export AMENT_PREFIX_PATH="$fer_top/.venv" CMAKE_PREFIX_PATH="$fer_top/.venv"; fi
    . "$fer_top/install/local_setup.bash"
    if [ -n "$fer_asked" ] && [ "$(fer_others)" = "$fer_before" ]; then
      python -I -S "$fer_top/scripts/setup/kept.py" keep "$fer_level" "$fer_python" <<<"$fer_asked" 2>/dev/null || true
    fi
    unset -f fer_others
  fi
  if [ -n "$fer_strict" ]; then set -u; fi
  unset fer_top fer_level fer_kept fer_asked fer_python fer_before fer_strict
else
  unset fer_top fer_level fer_kept fer_asked fer_python
  return 1 2>/dev/null || exit 1
fi
