#!/bin/sh
# An independent scanner against the demo school, as somebody who has signed in. It sends
# whatever it likes to every form it finds: never let it loose on a ledger one needs.
set -eu
url=${1:?the address of a running demo school, such as http://127.0.0.1:8000/}
user=${SCAN_USER:-office}
password=${SCAN_PASSWORD:-$(cat var/demo-password)}
seconds=${SCAN_SECONDS:-1800}
mkdir -p dist
# Left out: what would end its own session, and modules that need a server outside.
exec "${WAPITI:-wapiti}" --url "$url" --scope domain --flush-session --no-bugreport \
	--form-url "${url}sign-in" --form-user "$user" --form-password "$password" \
	--exclude "${url}sign-out" --exclude "${url}me/sessions/*" --exclude "${url}me/password" \
	--module "backup,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,information_disclosure,inconsistent_redirection,methods,permanentxss,redirect,sql,timesql,upload,xss" \
	--depth 8 --max-links-per-page 40 --max-parameters 20 --tasks 4 \
	--max-scan-time "$seconds" --max-attack-time $((seconds / 6)) \
	--format json --output dist/scan.json --verbose 1
