#!/usr/bin/env bash
# Installs the servers that the peer tests speak to, on Debian and as root: bash packaging/peers.sh [mail database chat tickets …]
# Without a name it installs all. What is there already is left alone. What cannot be installed is tried once more, then named:
# no registry that does not answer holds this up for longer than some minutes.
set -uo pipefail
cd "$(dirname "$0")/.."

home=${DIRIGENT_PEERS_HOME:-/opt/dirigent-peers}
known=(mail database chat tickets messenger sms scanner contracts)
declare -A packages=(
	[mail]="dovecot-imapd dovecot-lmtpd postfix openssl"
	[database]="postgresql"
	[chat]="chromium"
	[tickets]="request-tracker5 rt5-standalone rt5-db-sqlite dbconfig-no-thanks"
	[messenger]="python3-venv"
	[sms]="kannel kannel-extras"
	[scanner]="clamav-daemon"
	[contracts]=""
)

say() { printf '%s\n' "$*" >&2; }

# limited SECONDS COMMAND...: a registry that is away must fail, not hang.
limited() { timeout --kill-after=30 "$@" </dev/null; }

apt() {
	limited "$1" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends -o Acquire::Retries=2 \
		-o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30 -o DPkg::Lock::Timeout=300 "${@:2}" >/dev/null
}

missing_of() {
	local package
	for package in "$@"; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
	done
}

# The lists of packages are fetched once; where that failed twice, it is not tried for every peer again.
refresh() {
	[ "$refreshed" != yes ] || return 0
	[ "$refreshed" -lt 2 ] || return 1
	refreshed=$((refreshed + 1))
	apt 180 -o APT::Update::Error-Mode=any update && refreshed=yes
}

debian() {
	local missing
	mapfile -t missing < <(missing_of "$@")
	[ ${#missing[@]} -eq 0 ] && return
	refresh || return
	# What an interrupted run left half done would stop this one.
	dpkg --configure -a >/dev/null || true
	apt 600 install "${missing[@]}"
}

npm_install() { # FOLDER PACKAGE
	command -v npm >/dev/null || debian nodejs npm || return
	mkdir -p "$1"
	limited 300 npm install --loglevel=error --no-audit --no-fund --fetch-retries=1 --fetch-timeout=60000 --prefix "$1" "$2"
}

mail() { debian ${packages[mail]}; }

database() { debian ${packages[database]}; }

chat() {
	debian ${packages[chat]} || return
	[ -f "$home/chat/node_modules/playwright-core/package.json" ] || npm_install "$home/chat" playwright-core@1.65.1
}

tickets() { debian ${packages[tickets]}; }

messenger() {
	local to="$home/messenger"
	[ -x "$to/bin/synapse_homeserver" ] && return
	debian ${packages[messenger]} || return
	rm -rf "$to" && /usr/bin/python3 -m venv "$to" || return
	limited 420 "$to/bin/pip" install --quiet --disable-pip-version-check --retries 1 --timeout 30 'matrix-synapse>=1.120,<2'
}

sms() { debian ${packages[sms]}; }

scanner() { debian ${packages[scanner]}; }

contracts() {
	[ -x "$home/contracts/node_modules/.bin/prism" ] || npm_install "$home/contracts" @stoplight/prism-cli@5.14.2
}

wanted=("${@:-${known[@]}}")
for name in "${wanted[@]}"; do
	[ -n "${packages[$name]+known}" ] || { say "no such peer: $name; there are ${known[*]}"; exit 2; }
done
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
	say "The peers are Debian packages: run bash packaging/peers.sh on Debian, as root."
	exit 1
fi

# No service may start by itself: each test starts its own, from a folder of its own.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod +x "$policy"
	trap 'rm -f "$policy"' EXIT
fi

# All packages of Debian in one go, as that takes half the time; what this leaves out is found below, and named.
refreshed=0
all=()
for name in "${wanted[@]}"; do all+=(${packages[$name]}); done
debian "${all[@]}" || true

failed=()
for name in "${wanted[@]}"; do
	"$name" || { say "$name: once more"; "$name"; } || failed+=("$name")
done
if [ ${#failed[@]} -gt 0 ]; then
	say "Not installed: ${failed[*]}. What went wrong stands above. Is the registry (Debian's, PyPI, npm's) reachable?"
	say "Then: bash packaging/peers.sh ${failed[*]}"
	exit 1
fi
