# The servers that a site already has: MariaDB, a directory, a mail relay, nginx. Private instances.
# shellcheck shell=bash disable=SC2154

db_socket() { echo "$run/sock/mariadb.sock"; }
sql() { mariadb --no-defaults --socket="$(db_socket)" --default-character-set=utf8mb4 "$@"; }

# ---- certificates ---------------------------------------------------------------------------------

make_certificates() {
    local tls=$run/etc/tls
    [ ! -e "$tls/server.crt" ] || return 0
    mkdir -p "$tls"
    (
        cd "$tls"
        umask 077
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 825 \
            -subj '/CN=Kontor demo CA' -keyout ca.key -out ca.crt
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=localhost' \
            -keyout server.key -out server.csr
        printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n' >server.ext
        openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 825 \
            -extfile server.ext -out server.crt
        chmod 0644 ca.crt server.crt
    ) 2>>"$run/log/openssl.log"
    own openldap 0400 "$tls/server.key"
}

# ---- MariaDB --------------------------------------------------------------------------------------

start_mariadb() {
    local data=$run/var/mariadb user=()
    if is_root; then user=(--user=mysql); fi
    if [ ! -d "$data/mysql" ]; then
        rm -rf "$data"
        mkdir -p "$data"
        own mysql 0700 "$data"
        # The administrator is whoever runs the stack, known by the socket: no password, nobody else.
        mariadb-install-db --no-defaults --datadir="$data" "${user[@]}" --skip-test-db \
            --auth-root-authentication-method=socket --auth-root-socket-user="$(id -un)" \
            >"$run/log/mariadb-install.log" 2>&1 || die "mariadb-install-db failed; see $run/log"
    fi
    touch "$run/log/mariadb.log"
    own mysql 0644 "$run/log/mariadb.log"
    mkdir -p "$run/tmp/mariadb"
    own mysql 0700 "$run/tmp/mariadb"
    # mysqld makes its socket in a folder that it may write to.
    mkdir -p "$run/sock"
    own mysql 0755 "$run/sock"
    keep mariadb mariadbd --no-defaults "${user[@]}" --datadir="$data" --socket="$(db_socket)" \
        --pid-file="$run/sock/mariadb.pid" --tmpdir="$run/tmp/mariadb" --skip-networking --skip-log-bin \
        --innodb-flush-log-at-trx-commit=1 --innodb-buffer-pool-size=128M --innodb-log-file-size=48M \
        --character-set-server=utf8mb4 --collation-server=utf8mb4_uca1400_ai_ci \
        --max-connections=200 --performance-schema=OFF
    wait_for 30 MariaDB mariadb-admin --no-defaults --socket="$(db_socket)" ping
}

# ---- directory ------------------------------------------------------------------------------------

start_slapd() {
    local folder=$run/var/slapd hash service_hash
    if [ ! -e "$folder/ready" ]; then
        rm -rf "$folder"
        mkdir -p "$folder/db"
        hash=$(slappasswd -h '{SSHA}' -s "$demo_password")
        service_hash=$(slappasswd -h '{SSHA}' -T "$run/etc/kontor/secrets/directory")
        sed -e "s|@run@|$run|g" -e "s|@password@|$hash|" "$stack/ldap/slapd.conf" >"$folder/slapd.conf"
        sed -e "s|@password@|$hash|" -e "s|@service_password@|$service_hash|" "$stack/ldap/people.ldif" \
            >"$folder/people.ldif"
        own openldap 0750 "$folder" "$folder/db"
        own openldap 0640 "$folder/slapd.conf" "$folder/people.ldif"
        (as_user openldap slapadd -q -f "$folder/slapd.conf" -l "$folder/people.ldif") \
            >"$run/log/slapadd.log" 2>&1 || die "slapadd failed; see $run/log/slapadd.log"
        touch "$folder/ready"
    fi
    # -d stats keeps it in the foreground and logs every bind and search: tests count them.
    slapd_command() {
        as_user openldap slapd -d stats -f "$run/var/slapd/slapd.conf" -h "ldaps://127.0.0.1:$ldap_port/"
    }
    keep slapd slapd_command
    wait_for 15 slapd env LDAPTLS_CACERT="$run/etc/tls/ca.crt" \
        ldapwhoami -x -H "ldaps://127.0.0.1:$ldap_port/" -D cn=kontor,ou=services,dc=example,dc=org \
        -y "$run/etc/kontor/secrets/directory"
}

# ---- mail -----------------------------------------------------------------------------------------

start_mail() {
    own nobody 0755 "$run/mail"
    mail_command() { as_user nobody /usr/bin/python3 "$run/var/mailsink.py" "$run/mail" "$smtp_port"; }
    install -m 0644 "$stack/mailsink.py" "$run/var/mailsink.py"
    keep mail mail_command
    wait_for 15 'the mail sink' smtp_answers
}
smtp_answers() { ! port_is_free "$smtp_port"; }

# ---- identity provider ----------------------------------------------------------------------------

# A certified OpenID Connect provider from npm, as one file, so that its user need not see the source tree.
start_provider() {
    local folder=$run/var/provider tls=$run/etc/tls
    mkdir -p "$folder"
    if [ ! -e "$folder/cert.pem" ]; then
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=localhost' \
            -keyout "$folder/key.pem" -out "$folder/provider.csr" 2>>"$run/log/openssl.log"
        openssl x509 -req -in "$folder/provider.csr" -CA "$tls/ca.crt" -CAkey "$tls/ca.key" -CAcreateserial -days 825 \
            -extfile "$tls/server.ext" -out "$folder/cert.pem" 2>>"$run/log/openssl.log"
    fi
    "$top/node_modules/.bin/esbuild" "$stack/provider.mjs" --bundle --platform=node --format=esm --log-level=error \
        --banner:js='import{createRequire}from"node:module";const require=createRequire(import.meta.url);' \
        --outfile="$folder/provider.mjs"
    cp "$run/etc/kontor/secrets/provider" "$folder/secret"
    own nobody 0700 "$folder"
    own nobody 0400 "$folder/key.pem" "$folder/secret"
    chmod 0644 "$folder/provider.mjs" "$folder/cert.pem"
    provider_command() {
        NODE_NO_WARNINGS=1 as_user nobody node "$run/var/provider/provider.mjs" "$run/var/provider" "$provider_port" \
            "http://localhost:$port$prefix_path"
    }
    keep provider provider_command
}
provider_answers() {
    curl -sf -o /dev/null --max-time 2 --cacert "$run/etc/tls/ca.crt" \
        "https://localhost:$provider_port/staff/.well-known/openid-configuration"
}

# ---- nginx ----------------------------------------------------------------------------------------

# What an operator writes: a server block of the site's own that includes Kontor's two files.
write_nginx_conf() {
    mkdir -p "$run/tmp/nginx" "$run/var/empty"
    cat >"$run/etc/nginx/nginx.conf" <<EOF
$(is_root && echo 'user kontor-web kontor-web;')
worker_processes 2;
daemon off;
pid $run/tmp/nginx.pid;
error_log $run/log/nginx-error.log warn;
events { worker_connections 1024; }
http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    client_body_temp_path $run/tmp/nginx/body;
    fastcgi_temp_path $run/tmp/nginx/fastcgi;
    proxy_temp_path $run/tmp/nginx/proxy;
    scgi_temp_path $run/tmp/nginx/scgi;
    uwsgi_temp_path $run/tmp/nginx/uwsgi;
    sendfile on;
    tcp_nopush on;
    server_tokens off;
    client_header_timeout 30s;
    client_body_timeout 30s;

    include $run/etc/nginx/conf.d/kontor.conf;
    access_log $run/log/access.log kontor;

    server {
        listen 127.0.0.1:$port;
        server_name localhost;
        root $run/var/empty;
        include $run/etc/nginx/snippets/kontor.conf;
        include $run/etc/nginx/extra/*.conf; # of make bench
    }
}
EOF
}
start_nginx() {
    write_nginx_conf
    nginx -t -q -c "$run/etc/nginx/nginx.conf" -e "$run/log/nginx-error.log"
    keep nginx nginx -c "$run/etc/nginx/nginx.conf" -e "$run/log/nginx-error.log"
}
