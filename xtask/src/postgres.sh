# A throw-away PostgreSQL that lives as long as its standard input stays open, however its owner ends.
#   $1  the folder of PostgreSQL's programs    $2  the port, on 127.0.0.1    $3  "on" or "off": is a commit durable
# Prints "ready" when it takes connections from user app, database postgres. Nothing in it survives.
set -eu
trap '' INT TERM HUP
programs=$1 port=$2 durable=$3
folder=$(mktemp -d "${TMPDIR:-/tmp}/liengia-postgres.XXXXXX")
cd /
if [ "$(id -u)" = 0 ]; then
    # PostgreSQL refuses to run as root.
    chown nobody "$folder"
    as="setpriv --reuid=nobody --regid=nogroup --clear-groups"
else
    as=""
fi
as="$as env HOME=$folder LC_ALL=C.UTF-8"
end() {
    $as "$programs/pg_ctl" -D "$folder/data" -m immediate -w stop >&2 || true
    rm -rf "$folder"
}
trap end EXIT
$as "$programs/initdb" -D "$folder/data" -U app -A trust -E UTF8 --locale=C.UTF-8 --no-sync >&2
$as "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w -o "-p $port -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories=$folder -c max_connections=300 -c fsync=$durable -c full_page_writes=$durable \
    -c synchronous_commit=$durable" start >&2 || { cat "$folder/log" >&2; exit 1; }
echo ready
exec 1>&-
cat >/dev/null
