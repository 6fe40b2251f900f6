#!/usr/bin/env bash
# Installs the servers that the peer tests speak to, on Debian and as root: bash packaging/peers.sh [mail database chat tickets …]
# Without a name it installs all. What is there already is left alone.
set -euo pipefail
cd "$(dirname "$0")/.."

install() {
	local missing=()
	for package in "$@"; do
		dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
	done
	[ ${#missing[@]} -eq 0 ] && return
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	# No service may start by itself: each test starts its own, from a folder of its own.
	printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
	chmod +x /usr/sbin/policy-rc.d
	apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
	rm -f /usr/sbin/policy-rc.d
}

mail() { install dovecot-imapd dovecot-lmtpd postfix; }

database() { install postgresql; }

chat() {
	install chromium
	command -v npm >/dev/null || install nodejs npm
	local to="${DIRIGENT_PEERS_HOME:-/opt/dirigent-peers}/chat"
	[ -d "$to/node_modules/playwright-core" ] && return
	mkdir -p "$to"
	npm install --silent --no-audit --no-fund --prefix "$to" playwright-core@1.65.1
}

tickets() { install request-tracker5 rt5-standalone rt5-db-sqlite dbconfig-no-thanks; }

messenger() {
	local to="${DIRIGENT_PEERS_HOME:-/opt/dirigent-peers}/messenger"
	[ -x "$to/bin/synapse_homeserver" ] && return
	install python3-venv
	python3 -m venv "$to"
	"$to/bin/pip" install --quiet 'matrix-synapse>=1.120,<2'
}

sms() { install kannel kannel-extras; }

scanner() { install clamav-daemon; }

contracts() {
	command -v npm >/dev/null || install nodejs npm
	local to="${DIRIGENT_PEERS_HOME:-/opt/dirigent-peers}/contracts"
	[ -x "$to/node_modules/.bin/prism" ] && return
	mkdir -p "$to"
	npm install --silent --no-audit --no-fund --prefix "$to" @stoplight/prism-cli@5.14.2
}

known=(mail database chat tickets messenger sms scanner contracts)
for name in "${@:-${known[@]}}"; do
	case " ${known[*]} " in
	*" $name "*) "$name" ;;
	*) echo "no such peer: $name; there are ${known[*]}" >&2 && exit 2 ;;
	esac
done
