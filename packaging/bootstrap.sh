#!/usr/bin/env bash
# Make the virtual environment of a checkout: Python packages, and the system libraries Qt loads at run time. What the user
# may not install is printed as the one line to type. Usage: bootstrap.sh VENV
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${1:-.venv}

# What Qt needs from Debian and Ubuntu: rendering and fonts always, the xcb ones for a window on X11.
libraries=(libegl1 libgl1 libopengl0 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0 libxcb-cursor0 libxcb-icccm4
  libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxcb-xkb1
  libxkbcommon-x11-0 libx11-xcb1)
shared_objects=(libEGL.so.1 libGL.so.1 libOpenGL.so.0 libxkbcommon.so.0 libdbus-1.so.3 libfontconfig.so.1 libglib-2.0.so.0
  libxcb-cursor.so.0 libxcb-icccm.so.4 libxcb-image.so.0 libxcb-keysyms.so.1 libxcb-randr.so.0 libxcb-render-util.so.0
  libxcb-shape.so.0 libxcb-xinerama.so.0 libxcb-xkb.so.1 libxkbcommon-x11.so.0 libX11-xcb.so.1)

say() { printf '%s\n' "$*" >&2; }

find_python() {
  local name
  for name in ${PYTHON_BIN:-} python3.11 python3.12 python3.13 python3; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$name"; return
    fi
  done
  say "Dirigent needs Python 3.11 or newer. On Debian or Ubuntu type:"
  say "  sudo apt-get install -y python3 python3-venv"
  exit 1
}

# install_or_say PACKAGE...: install where this user may, otherwise print the exact line and stop.
install_or_say() {
  local missing=("$@")
  if ! command -v apt-get >/dev/null; then
    say "Missing on this system (names as on Debian): ${missing[*]}"; say "Install them with your package manager, then run make again."; exit 1
  fi
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then root=(sudo -n); else
      say "Some system packages are missing. Please type this line, then run make again:"
      say "  sudo apt-get update && sudo apt-get install -y ${missing[*]}"
      exit 1
    fi
  fi
  say "Installing system packages: ${missing[*]}"
  # A registry that does not answer must fail, not hang.
  local patience=(-o Acquire::Retries=2 -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30 -o DPkg::Lock::Timeout=300)
  "${root[@]}" apt-get update -qq "${patience[@]}"
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${patience[@]}" --no-install-recommends \
    "${missing[@]}" >/dev/null
}

python=$(find_python)
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  version=$("$python" -c 'import sys; print(f"{sys.version_info[0]}.{sys.version_info[1]}")')
  install_or_say "python$version-venv"
fi

if [ "$(uname -s)" = Linux ]; then
  known=$( (ldconfig -p 2>/dev/null || /sbin/ldconfig -p) || true)
  missing=()
  for i in "${!libraries[@]}"; do
    grep -qF "${shared_objects[$i]} " <<<"$known" || missing+=("${libraries[$i]}")
  done
  [ ${#missing[@]} -eq 0 ] || install_or_say "${missing[@]}"
fi

# Customers write emoji. Without a font for them they are boxes: worth a line, not worth stopping for.
if [ "$(uname -s)" = Linux ] && command -v fc-list >/dev/null && ! fc-list | grep -qi emoji; then
  if [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null; then
    install_or_say fonts-noto-color-emoji || true
  else
    say "Emoji will be shown as boxes. To see them: sudo apt-get install -y fonts-noto-color-emoji"
  fi
fi

[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
say "Installing Python packages into $venv (a minute or two the first time)"
pip_install() { timeout 900 "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --retries 2 --timeout 60 "$@"; }
if ! { pip_install --upgrade pip && pip_install -e '.[dev]'; } && ! pip_install -e '.[dev]'; then
  say "The Python packages could not be installed: what went wrong stands above. Is the package index reachable? Run make again then."
  exit 1
fi
# Where Python may not keep what it compiles, each start would compile the whole window anew.
"$venv/bin/python" -m compileall -q desktop || true
QT_QPA_PLATFORM=offscreen "$venv/bin/python" -c 'from PySide6 import QtSvg, QtWidgets'
touch "$venv/.ready"
