#!/bin/bash
# Fuzzes what Approvals reads: Tests/Fuzz/approvals.sh [SECONDS [KIND…]], 60 for each kind by default. An input that
# breaks a promise is left in the folder that the last line names; make it a case of Tests/ApprovalsTests. Needs what
# `swift build --target Approvals` leaves (swift-crypto is linked as it was built, not instrumented), and ssh-keygen.
# shellcheck source=Tests/Fuzz/modules.sh
source "$(dirname "$0")/modules.sh"
seconds=${1:-60}
kinds=(sshsig certificate krl signers cbor webauthn statement)
if [[ $# -gt 1 ]]; then kinds=("${@:2}"); fi

products=${SWIFT_PRODUCTS:-$root/.build/debug}
crypto=$root/.build/checkouts/swift-crypto/Sources
libraries=(Crypto CryptoExtras CryptoBoringWrapper CCryptoBoringSSL CCryptoBoringSSLShims CXKCP CXKCPShims SwiftASN1)
# Some of their names have spaces.
for name in "${libraries[@]}"; do find "$products/$name.build" -name '*.o' -printf '"%p"\n'; done >crypto.objects
extra_flags=(-I "$products/Modules" -Xcc "-I$crypto/CCryptoBoringSSL/include" -Xcc "-I$crypto/CCryptoBoringSSLShims/include")
extra_objects=(@crypto.objects -lstdc++)
fuzzer ApprovalsFuzzer Diagnostics StrictJSON Manifests Approvals

mkdir -p seeds
provider=/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so
printf 'message' >seeds/message
for kind in "${kinds[@]}"; do mkdir -p "corpus-$kind"; done
for type in ed25519 ecdsa rsa ed25519-sk ecdsa-sk; do
    options=(-t "$type")
    if [[ $type == *-sk ]]; then
        [[ -e $provider ]] || continue
        options+=(-w "$provider")
    fi
    rm -f "seeds/$type" "seeds/$type".* seeds/message.sig
    ssh-keygen -q -N '' -C '' -f "seeds/$type" "${options[@]}" </dev/null
    SSH_SK_PROVIDER=$provider ssh-keygen -q -Y sign -n approval@agentbox.dev -f "seeds/$type" seeds/message </dev/null
    SSH_SK_PROVIDER=$provider ssh-keygen -q -s "seeds/$type" -I alice -n alice@example.com,bob -V -5m:+520w \
        -O verify-required -z 7 "seeds/$type.pub" </dev/null
    if [[ -d corpus-sshsig ]]; then
        cp seeds/message.sig "corpus-sshsig/armoured-$type"
        grep -v -- '-----' seeds/message.sig | base64 -d >"corpus-sshsig/binary-$type"
    fi
    if [[ -d corpus-certificate ]]; then
        cut -d' ' -f2 "seeds/$type.pub" | base64 -d >"corpus-certificate/key-$type"
        cut -d' ' -f2 "seeds/$type-cert.pub" | base64 -d >"corpus-certificate/certificate-$type"
    fi
    if [[ -d corpus-signers ]]; then
        printf '# agentbox: role lead alice@example.com\nalice@example.com,*@x cert-authority,namespaces="a,!b",valid-after="20270101Z" %s' \
            "$(cat "seeds/$type.pub")" >"corpus-signers/$type"
    fi
    if [[ -d corpus-krl ]]; then
        printf 'serial: 1-500\nserial: 7\nserial: 1000\nserial: 1002\nserial: 1004\nserial: 1010\nid: bob\nkey: %s\nsha1: %s\nsha256: %s\n' \
            "$(cat "seeds/$type.pub")" "$(cat "seeds/$type.pub")" "$(cat "seeds/$type.pub")" >seeds/specification
        ssh-keygen -q -k -f "corpus-krl/$type" -s "seeds/$type.pub" seeds/specification
        cp "seeds/$type.pub" "corpus-krl/text-$type"
    fi
done
python3 - <<'SEEDS'
import base64, hashlib, pathlib
def put(kind, name, data):
    folder = pathlib.Path(f"corpus-{kind}")
    if folder.is_dir(): folder.joinpath(name).write_bytes(data)
for number, text in enumerate(["a301010327200621582000", "a5010203262001215820" + "11" * 32 + "225820" + "22" * 32,
        "84181819010018641a00010000", "a163666d74646e6f6e65", "f5", "1bffffffffffffffff"]):
    put("cbor", f"seed-{number}", bytes.fromhex(text))
key = bytes.fromhex("a4010103272006215820") + hashlib.sha256(b"key").digest()
put("cbor", "key", key)
data = hashlib.sha256(b"localhost").digest() + b"\x45\0\0\0\1" + bytes(16) + b"\0\4abcd" + key
client = (b'{"type":"webauthn.create","challenge":"' + base64.urlsafe_b64encode(b"\7" * 32).rstrip(b"=")
    + b'","origin":"http://localhost:4321","crossOrigin":false}')
attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58" + bytes([len(data)]) + data
put("webauthn", "registration", client + attestation)
put("webauthn", "data", data)
digest = "sha256:" + "0" * 64
put("statement", "seed", ('{"approver":"alice@example.com","expires":"2027-06-01T12:10:00Z","issued":"2027-06-01T12:00:00Z",'
    '"kind":"agentbox.dev/approval/v1","nonce":"%s","reason":"x","request":"r-1","scope":"once","shown":"%s","subject":"%s",'
    '"verdict":"allow"}' % ("0" * 32, digest, digest)).encode())
SEEDS
cat >words.dict <<'WORDS'
"SSHSIG"
"ssh-ed25519"
"sk-ssh-ed25519@openssh.com"
"sk-ecdsa-sha2-nistp256@openssh.com"
"-cert-v01@openssh.com"
"nistp256"
"rsa-sha2-512"
"approval@agentbox.dev"
"verify-required"
"cert-authority"
"namespaces=\""
"valid-before=\"20280101Z\""
"# agentbox: role "
"# agentbox: webauthn "
"authData"
"break-glass"
"\x00\x00\x00\x00"
"\xff\xff\xff\xff"
WORDS
for kind in "${kinds[@]}"; do
    echo "== $kind"
    export FUZZ_KIND=$kind
    rm -rf corpus
    ln -s "corpus-$kind" corpus
    fuzz "$seconds" -max_len=4096 -timeout=20 -artifact_prefix="$kind-"
done
