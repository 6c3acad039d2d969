# The certificates of one cluster folder, under DIR/pki, and kubeconfigs made from them.
# shellcheck shell=bash

readonly validity_days=3650

sign() { # sign DIR FILE SUBJECT [SAN] [AUTHORITY]: FILE.key and FILE.crt, by the cluster's CA if no other is named
  local pki=$1/pki file=$2 subject=$3 san=${4:-} authority=${5:-ca}
  (
    umask 077
    openssl req -new -utf8 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -keyout "$file.key" -subj "$subject" 2> "$file.err" |
      openssl x509 -req -CA "$pki/$authority.crt" -CAkey "$pki/$authority.key" -set_serial "0x$(openssl rand -hex 15)" -days "$validity_days" \
        -out "$file.crt" -extfile <(echo "extendedKeyUsage=serverAuth,clientAuth"; [ -z "$san" ] || echo "subjectAltName=$san") 2>> "$file.err"
  ) || { echo "cluster: no certificate for $subject:" >&2; cat "$file.err" >&2; return 1; }
  rm -f "$file.err"
}

subject_part() { # subject_part KEY VALUE: /KEY=VALUE, escaped for openssl
  local value=${2//\\/\\\\}
  value=${value//\//\\/}
  printf '/%s=%s' "$1" "${value//+/\\+}"
}

authority() { # authority DIR NAME: NAME.key and NAME.crt, which sign others
  (
    umask 077
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days "$validity_days" -subj "/CN=guildhall-test-$2" \
      -keyout "$1/pki/$2.key" -out "$1/pki/$2.crt" 2> /dev/null
  )
}

make_front_proxy() { # make_front_proxy DIR: once. By an authority of its own, or every client's certificate of that name would be believed
  [ ! -e "$1/pki/front-proxy-ca.complete" ] || return 0
  authority "$1" front-proxy-ca
  sign "$1" "$1/pki/front-proxy" /CN=front-proxy "" front-proxy-ca
  touch "$1/pki/front-proxy-ca.complete"
}

make_pki() { # make_pki DIR: once; a second call keeps everything
  local pki=$1/pki
  [ ! -e "$pki/complete" ] || return 0
  rm -rf "$pki"
  mkdir -m 700 "$pki"
  authority "$1" ca
  (
    umask 077
    openssl ecparam -name prime256v1 -genkey -noout -out "$pki/serviceaccount.key"
  )
  sign "$1" "$pki/apiserver" /CN=kube-apiserver "DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1"
  sign "$1" "$pki/admin" /O=system:masters/CN=admin
  sign "$1" "$pki/controller-manager" /CN=system:kube-controller-manager
  touch "$pki/complete"
}

kubeconfig() { # kubeconfig DIR NAME CREDENTIALS: self-contained, on standard output; CREDENTIALS is a flow mapping's inside
  local name=${2//\'/\'\'}
  cat << YAML
apiVersion: v1
kind: Config
clusters:
- name: guildhall
  cluster: {server: "$(server_url "$1")", certificate-authority-data: $(base64 -w0 "$1/pki/ca.crt")}
users:
- name: '$name'
  user: {$3}
contexts:
- name: guildhall
  context: {cluster: guildhall, user: '$name'}
current-context: guildhall
YAML
}

certificate_kubeconfig() { # certificate_kubeconfig DIR NAME FILE: for the user of FILE.crt
  kubeconfig "$1" "$2" "client-certificate-data: $(base64 -w0 "$3.crt"), client-key-data: $(base64 -w0 "$3.key")"
}

user_kubeconfig() { # user_kubeconfig DIR NAME [GROUP...]: with a new client certificate
  local dir=$1 name=$2 subject='' group scratch
  shift 2
  # openssl holds to X.520's bound; the API server would not.
  [ "$(printf %s "$name" | wc -m)" -le 64 ] || { echo "cluster: a certificate's name has at most 64 characters: $name" >&2; return 1; }
  for group in "$@"; do subject+=$(subject_part O "$group"); done
  scratch=$(mktemp -d "$dir/pki/user.XXXXXX")
  sign "$dir" "$scratch/user" "$subject$(subject_part CN "$name")" && certificate_kubeconfig "$dir" "$name" "$scratch/user"
  local status=$?
  rm -rf "$scratch"
  return "$status"
}
