# The certificates and programs of the inspection tests, made in the folder where it runs.
set -eu
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=A private authority" -keyout ca-key.pem -out ca.pem \
    -addext basicConstraints=critical,CA:true -addext keyUsage=critical,keyCertSign 2>openssl.err
# leaf FILE NAME DAYS: certified by the authority.
leaf() {
    openssl req -newkey rsa:2048 -nodes -subj "/CN=$2" -keyout "$1-key.pem" -out "$1.csr" 2>>openssl.err
    printf 'subjectAltName=DNS:%s\nbasicConstraints=CA:false\nextendedKeyUsage=serverAuth\n' "$2" >"$1.ext"
    openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca-key.pem -CAcreateserial -extfile "$1.ext" -out "$1.pem" \
        "${@:3}" 2>>openssl.err
}
leaf origin origin.example -days 2
leaf other elsewhere.example -days 2
leaf expired origin.example -days -1
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=origin.example -addext subjectAltName=DNS:origin.example \
    -keyout stranger-key.pem -out stranger.pem 2>>openssl.err
