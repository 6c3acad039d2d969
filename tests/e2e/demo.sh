#!/usr/bin/env bash
# The story of a company, its people and one API key, told by kubectl and its plugin on a control plane of its own, which ends with it. Every step is checked:
# it fails when the story is not true.
#   demo.sh [DIR]     DIR: where its control plane lives meanwhile
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
dir=${1:-$root/build/demo}
organization=acme namespace=acme key=grafana

end() {
  local status=$?
  if [ "$status" != 0 ] && [ -e "$dir/operator.log" ]; then
    echo "the demo failed; the end of $dir/operator.log:" >&2
    tail -n 20 "$dir/operator.log" >&2
  fi
  tests/cluster/door down "$dir" 2> /dev/null || :
  tests/cluster/guildhall down "$dir"
  [ "$status" != 0 ] || rm -rf "$dir"
  exit "$status"
}

bold='' plain=''
[ ! -t 1 ] || bold=$'\033[1m' plain=$'\033[0m'
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

quoted() { # quoted WORD...: as one would type it
  local word line=''
  for word in "$@"; do
    [[ $word =~ ^[A-Za-z0-9_./=:@,%+-]+$ ]] || word="'${word//\'/\'\\\'\'}'"
    line+=" $word"
  done
  printf '%s\n' "${line# }"
}
as='' # who types: a user of enter(), or nobody in particular
run() { if [ -n "$as" ]; then KUBECONFIG=$dir/$as.kubeconfig "$@"; else "$@"; fi; }
show() { echo "$as\$ $(quoted "$@")"; run "$@"; }
enter() { # enter NAME: <name>@acme.example, who works in the home
  tests/cluster/guildhall user "$dir" "$1@$organization.example" > "$dir/$1.kubeconfig"
  kubectl --kubeconfig "$dir/$1.kubeconfig" config set-context --current --namespace "$namespace" > /dev/null
}

check() { # check CLAIM COMMAND...: waits until the command succeeds
  local claim=$1 deadline=$((SECONDS + 60))
  shift
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || { echo "not so within 60 s: $claim" >&2; exit 1; }
    IFS= read -rt 0.1 -u "$pause_fd" || :
  done
  echo "  ✓ $claim"
}

field() { kubectl get gkey "$key" -n "$namespace" -o "jsonpath=$1"; }
current_hash() { field '{.status.keys[?(@.state=="Current")].hash}'; }
token_hash() { kubectl get secret "$key" -n "$namespace" -o 'jsonpath={.data.token}' | base64 -d | sha256sum | cut -d ' ' -f 1; }
hashes_agree() { [ -n "$(current_hash)" ] && [ "$(token_hash)" = "$(current_hash)" ]; }
rotated() { [ "$(field '{.status.rotatedFor}')" != '' ] && [ "$(current_hash)" != "$1" ] && hashes_agree; }
no_secret() { [ -z "$(kubectl get secret "$key" -n "$namespace" --ignore-not-found -o name)" ]; }

token_of() { kubectl get secret "$1" -n "$namespace" -o 'jsonpath={.data.token}' | base64 -d; }
# The key goes to curl by its standard input, so it stands in no argument.
with_key() { # with_key KEY CURL_ARGUMENT...: what is answered, then the status in a line of its own
  printf 'header = "Authorization: Bearer %s"\n' "$1" | curl -sS --config - -w '\n%{http_code}\n' "${@:2}"
}
is_answered() { [ "$(with_key "${@:2}" | tail -n 1)" = "$1" ]; }
writes() { is_answered 204 "$1" --data-binary "$2" "$door/api/v1/import/prometheus"; }
reads() { reads_at "$1" "$door"; }
reads_at() { with_key "$1" "$2/api/v1/query?query=demo_temperature" | grep -q '"21.5"'; } # reads_at KEY URL
is_sent() { curl -sS "$agent/metrics" | grep -q "^vmagent_remotewrite_requests_total{url=\"$1:secret-url\", status_code=\"$2\"} [1-9]"; } # is_sent NUMBER_OF_KEY STATUS
is_scraped() { with_key "$1" "$door/api/v1/query?query=up%7Bjob=%22demo%22%7D" | grep -q '"1"\]'; }
writes_and_reads() { writes "$1" 'demo_temperature 21.5' && reads "$1"; }
demo_key() { # demo_key NAME PERMISSIONS END DEPLOYMENT [NAMESPACE]: its YAML
  printf '%s\n' --- "{apiVersion: guildhall.dev/v1alpha1, kind: ApiKey, metadata: {name: $1, namespace: ${5:-$namespace}}, spec: {displayName: Demo, permissions: $2, $3, deployments: {names: [$4]}}}"
}
key_was_used() { [ -n "$(field '{.status.lastUsedAt}')" ]; }
key_is_enforced() { field '{.status.conditions[?(@.type=="Enforced")].status}' | grep -q True; }
refused_keys_are_logged() { [ -n "$(kubectl get auditentries -n "$namespace" --field-selector action=ApiKeyRefused -o name)" ]; }
key_opens() { field '{.status.deployments.matched}' | grep -q "\"$1\""; }
key_is() { [ "$(field '{.status.phase}')" = "$1" ]; }
reads_home() { kubectl --kubeconfig "$dir/$1.kubeconfig" get gmem; }
lost_access() { ! reads_home "$1"; }
refused() { # refused WORDS COMMAND...: it fails, and says these words
  local said
  echo "$as\$ $(quoted "${@:2}")"
  if said=$(run "${@:2}" 2>&1); then echo "$said: this was to be refused" >&2; exit 1; fi
  printf '%s\n' "$said"
  [[ $said == *"$1"* ]] || { echo "refused, but not with: $1" >&2; exit 1; }
}

member_is() { [ "$(kubectl get gmem "$1" -n "$namespace" -o 'jsonpath={.status.phase}')" = "$2" ]; }
reads_own_home() { kubectl --kubeconfig "$dir/pat.kubeconfig" get gmem -n "$1" | grep -q Active; }
refusals_are_logged() { [ -n "$(kubectl get auditentries -n "$namespace" --field-selector action=MemberRemovalRefused -o name)" ]; }
mail_to() { curl -fsS "$MAIL_URL/api/v1/search?query=to:$1" | jq -er '.messages[0].ID'; } # its id at mailpit
page_text() { sed -e '1,/<body>/d' -e 's/<\/dt>/: /g' -e 's/<[^>]*>/ /g' -e 's/  */ /g' -e 's/^ //' -e '/^ *$/d'; }

leftovers() { # everything that Guildhall has made and that is still there
  # Its own namespace keeps the key that seals.
  kubectl get secrets,roles,rolebindings -A --field-selector metadata.namespace!=guildhall-system -l app.kubernetes.io/managed-by=guildhall --ignore-not-found -o name
  kubectl get clusterroles,clusterrolebindings -l app.kubernetes.io/managed-by=guildhall --ignore-not-found -o name | grep ":$organization:" || :
}
nothing_left() { [ -z "$(leftovers)" ]; }
lets_nobody_in() { kubectl get secret "$2" -n "$1" -o 'jsonpath={.data.auth\.yml}' | base64 -d | grep -q '^users: \[\]$'; } # lets_nobody_in NAMESPACE SECRET
gone() { [ -z "$(kubectl get "$@" --ignore-not-found -o name)" ]; }

exec {pause_fd}<> <(:)
trap end EXIT
trap 'exit 130' INT TERM

say "A Kubernetes control plane with Guildhall on it"
rm -rf "$dir"
tests/cluster/guildhall up --die-with $$ "$dir"
# shellcheck disable=SC1091 # made a moment ago
source "$dir/env"
show kubectl version
show kubectl api-resources --api-group guildhall.dev

say "A company, in YAML"
show kubectl apply -f examples/
show kubectl wait --for condition=Ready --timeout 60s organizations.guildhall.dev "$organization"
show kubectl wait --for condition=Ready --timeout 60s apikeys.guildhall.dev --all -n "$namespace"
show kubectl get guildhall -A
show kubectl describe gkey "$key" -n "$namespace"

say "What its keys open: a Service with our label is a deployment"
show kubectl get gorg "$organization" -o 'jsonpath={range .status.deployments[*]}{.namespace}/{.name}{"\t"}{.product}{"\t"}{.url}{"\n"}{end}'
check "the key opens it" key_opens metrics

say "Members have their roles: Jane is an Editor"
show kubectl get rolebindings -A -l app.kubernetes.io/managed-by=guildhall
enter jane
enter ada
check "Jane reads the home" reads_home jane
check "and so does Ada, an Admin" reads_home ada
as=jane
show kubectl guildhall whoami
refused no kubectl guildhall can-i create members
refused "needs the role Admin" kubectl guildhall members invite eve@acme.example --role Admin
refused "needs the role Admin" kubectl guildhall members delete ada --yes
as=ada
show kubectl guildhall members deactivate jane
check "without her role Jane reads nothing" lost_access jane
check "and her key is refused" key_is Suspended
show kubectl guildhall members list
show kubectl guildhall members activate jane
check "with it she is back" reads_home jane
check "and so is her key" key_is Active

say "Ada, an Admin, invites somebody by mail"
show kubectl guildhall can-i
show kubectl guildhall members invite lin@acme.example --role Viewer --display-name 'Lin Chen' --wait
check "a mail has arrived" mail_to lin@acme.example
mail=$(curl -fsS "$MAIL_URL/api/v1/message/$(mail_to lin@acme.example)" | jq -r .Text)
printf '%s\n' "$mail" | sed 's/^/  | /'
link=$(grep -o "$PUBLIC_URL/invitations/[0-9A-Za-z_]*" <<< "$mail" | head -n 1)
as=lin
enter lin
echo "lin\$ curl $PUBLIC_URL/invitations/..."
page=$(curl -fsS "$link")
page_text <<< "$page" | sed 's/^/  | /'
refused "must be one of that organization" kubectl guildhall members list
proof=$(grep -o 'name="proof" value="[0-9a-f]*"' <<< "$page" | head -n 1 | cut -d '"' -f 4)
echo "lin\$ curl --data proof=... $PUBLIC_URL/invitations/.../accept     # the button Accept"
curl -fsS --header "Origin: $PUBLIC_URL" --data "proof=$proof" "$link/accept" | page_text | sed 's/^/  | /'
check "Lin is Active" member_is lin Active
check "and reads the home" reads_home lin
show kubectl guildhall whoami
if curl -fsS "$link" > /dev/null 2>&1; then echo "the link works twice" >&2; exit 1; fi
echo "  ✓ the link worked once"

say "Pat signs up for an Organization of her own"
as=''
show kubectl create clusterrolebinding signups --clusterrole guildhall-signup --group newcomers
as=pat
tests/cluster/guildhall user "$dir" pat@initech.example newcomers > "$dir/pat.kubeconfig"
refused "the name acme is taken" kubectl guildhall signup acme
show kubectl guildhall signup initech --display-name "Initech, Metrics"
check "she is its Admin" reads_own_home initech
show kubectl guildhall members list -n initech
refused "forbidden" kubectl get gmem -n "$namespace"
as=''

say "The last Admin stays"
as=ada
refused "is the last active Admin" kubectl guildhall members role ada Viewer
refused "is the last active Admin" kubectl guildhall members deactivate ada
refused "is the last active Admin" kubectl guildhall members leave --yes
as=''

say "The key is a Secret; its status holds only the token's SHA-256"
show kubectl get secret "$key" -n "$namespace"
echo "\$ kubectl get secret $key -n $namespace -o 'jsonpath={.data.token}' | base64 -d | sha256sum"
token_hash
show kubectl get gkey "$key" -n "$namespace" -o 'jsonpath={.status.keys[*].hash}{"\n"}'
check "the hash of the token is the hash in the status" hashes_agree

say "The key opens a real VictoriaMetrics, behind nginx that asks the gate"
door=$(tests/cluster/door up "$dir" "$organization" acme-prod.metrics)
show kubectl apply -f - < <(
  demo_key demo-writer Write 'neverExpires: true' metrics
  demo_key demo-both ReadWrite 'neverExpires: true' metrics
  demo_key demo-elsewhere ReadWrite 'neverExpires: true' elsewhere
  demo_key demo-brief Read "expiresAt: '$(date -u -d '+20 seconds' +%Y-%m-%dT%H:%M:%SZ)'" metrics
)
show kubectl wait --for condition=Ready --timeout 60s apikeys.guildhall.dev demo-writer demo-both demo-elsewhere demo-brief -n "$namespace"
reader=$(token_of "$key") writer=$(token_of demo-writer) brief=$(token_of demo-brief)
[ -n "$brief" ] || { echo "demo-brief expired before its token was read" >&2; exit 1; }
echo "\$ curl --data-binary 'demo_temperature 21.5' $door/api/v1/import/prometheus        # with demo-writer's key"
check "a key that writes writes" writes "$writer" 'demo_temperature 21.5'
echo "\$ curl '$door/api/v1/query?query=demo_temperature'        # with $key's key"
check "a key that reads reads what was written" reads "$reader"
check "it does not write" is_answered 403 "$reader" --data-binary 'demo_temperature 0' "$door/api/v1/import/prometheus"
check "nor does the other one read" is_answered 403 "$writer" "$door/api/v1/query?query=demo_temperature"
check "a key for both does both" writes_and_reads "$(token_of demo-both)"
echo "\$ vmagent -remoteWrite.url $door/api/v1/write -remoteWrite.bearerTokenFile ...        # once with each of three keys"
agent=$(tests/cluster/door agent "$dir" "$namespace" demo-writer demo-both "$key")
check "remote write with the key that writes gets in" is_sent 1 2XX
check "and with the key for both" is_sent 2 2XX
check "but not with the key that reads" is_sent 3 403
check "which reads what was sent" is_scraped "$reader"
check "a key for another deployment opens that one alone" is_answered 403 "$(token_of demo-elsewhere)" "$door/api/v1/query?query=demo_temperature"
demo_key theirs ReadWrite 'neverExpires: true' metrics initech | kubectl apply -f - > /dev/null
kubectl wait --for condition=Ready --timeout 60s apikeys.guildhall.dev theirs -n initech > /dev/null
check "another organization's key is none here" is_answered 401 "$(namespace=initech token_of theirs)" "$door/api/v1/query?query=demo_temperature"
check "nobody deletes" is_answered 403 "$writer" -X POST "$door/api/v1/admin/tsdb/delete_series"
check "no key, no answer" is_answered 401 '' "$door/api/v1/query?query=demo_temperature"
check "a key that has expired is refused" is_answered 401 "$brief" "$door/api/v1/query?query=demo_temperature"
show kubectl patch organizations.guildhall.dev "$organization" --type merge -p '{"spec":{"state":"Suspended"}}'
check "while the organization is suspended, so are all of its keys" is_answered 401 "$(token_of demo-both)" "$door/api/v1/query?query=demo_temperature"
show kubectl patch organizations.guildhall.dev "$organization" --type merge -p '{"spec":{"state":"Active"}}'
check "then they are accepted again" writes_and_reads "$(token_of demo-both)"
show kubectl patch gmem jane -n "$namespace" --type merge -p '{"spec":{"state":"Inactive"}}'
check "Jane is inactive: her key is refused" is_answered 401 "$reader" "$door/api/v1/query?query=demo_temperature"
show kubectl patch gmem jane -n "$namespace" --type merge -p '{"spec":{"state":"Active"}}'
check "she is back, and so is her key" reads "$reader"
check "the status says when the key was used" key_was_used
check "and what was refused stands in the log" refused_keys_are_logged
show kubectl get gkey -n "$namespace"
show kubectl get auditentries -n "$namespace" --field-selector action=ApiKeyRefused

say "vmauth lets the same keys in, from a Secret that Guildhall keeps"
kubectl create namespace "$organization-edge" > /dev/null
show kubectl patch organizations.guildhall.dev "$organization" --type json -p "[{\"op\":\"add\",\"path\":\"/spec/namespaces/-\",\"value\":\"$organization-edge\"},{\"op\":\"add\",\"path\":\"/spec/adminOnlyNamespaces/-\",\"value\":\"$organization-edge\"},{\"op\":\"add\",\"path\":\"/spec/enforcement\",\"value\":{\"vmauth\":{\"secret\":{\"name\":\"vmauth\",\"namespace\":\"$organization-edge\"}}}}]"
check "the keys say so" key_is_enforced
side_door=$(tests/cluster/door vmauth "$dir" "$organization-edge" vmauth)
check "a key that reads reads there" reads_at "$reader" "$side_door/acme-prod.metrics"
check "it does not write there either" is_answered 400 "$reader" --data-binary 'demo_temperature 0' "$side_door/acme-prod.metrics/api/v1/import/prometheus"

say "Rotate it: both tokens are accepted for a while"
before=$(current_hash)
show kubectl patch gkey "$key" -n "$namespace" --type merge -p "{\"spec\":{\"rotateAt\":\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"}}"
check "a new token is in the Secret, and its hash in the status" rotated "$before"
check "the former token still opens the door" reads "$reader"
check "and so does the new one" reads "$(token_of "$key")"
show kubectl get gkey "$key" -n "$namespace" -o 'jsonpath={range .status.keys[*]}{.id}{"\t"}{.state}{"\t"}{.expiresAt}{"\n"}{end}'

say "Revoke it"
show kubectl patch gkey "$key" -n "$namespace" --type merge -p '{"spec":{"revoked":true}}'
check "the Secret is gone" no_secret
check "and the door is shut" is_answered 401 "$reader" "$door/api/v1/query?query=demo_temperature"
show kubectl get gkey -n "$namespace"
echo "\$ kubectl patch gkey $key -n $namespace --type merge -p '{\"spec\":{\"revoked\":false}}'"
if kubectl patch gkey "$key" -n "$namespace" --type merge -p '{"spec":{"revoked":false}}' 2>&1; then
  echo "a revoked key came back" >&2
  exit 1
fi

say "Who did what: kubectl reads the log"
as=ada
check "what was refused to Ada stands in it" refusals_are_logged
show kubectl get auditentries -n "$namespace" --field-selector email=ada@acme.example,from=1h
as=jane
show kubectl get auditentries -n "$namespace" --field-selector action=MemberDeactivated,email=ada@acme.example
show kubectl guildhall audit list --from 1h --object "ApiKey/$key"
show kubectl guildhall audit export --format csv --file "$dir/audit.csv"
head -n 4 "$dir/audit.csv" | cut -c 1-160 | sed 's/^/  | /'
for as in lin pat; do # a Viewer, and another organization's Admin
  refused "cannot list resource \"auditentries\"" kubectl get auditentries -n "$namespace" --field-selector email=ada@acme.example
  refused "orbidden" kubectl get --raw "/apis/records.guildhall.dev/v1alpha1/namespaces/$namespace/auditentries?format=csv"
done
as=''

say "Delete it all"
show kubectl delete apikeys.guildhall.dev --all -n "$namespace" --timeout 60s
show kubectl delete organizations.guildhall.dev "$organization" initech --timeout 60s
check "no Secret, role or binding of Guildhall is left" nothing_left
check "but that of vmauth, which lets nobody in any more" lets_nobody_in "$organization-edge" vmauth
show kubectl delete -f examples/ --ignore-not-found --timeout 90s
check "the home namespace is gone" gone namespace "$namespace"

say "That was it. \`make up\` leaves such a control plane running for you."
