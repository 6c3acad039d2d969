# Guildhall in a folder DIR whose control plane lies in DIR/cluster: what is installed, and the operator's process.
# `root` is the checkout, `here` the folder tests/cluster.
# shellcheck shell=bash disable=SC2154

readonly operator=${OPERATOR:-$root/build/bin/guildhall-operator}
readonly namespace=guildhall-system account=guildhall-operator
readonly records=/apis/records.guildhall.dev/v1alpha1/auditentries

kubectl() { # kubectl DIR ARGUMENT...: as the admin
  KUBECACHEDIR=$1/cluster/kubectl-cache "$1/bin/kubectl" --kubeconfig "$1/kubeconfig" "${@:2}"
}

install_guildhall() {
  local dir=$1 bin file
  bin=$("$here/setup/controlplane")
  mkdir -p "$dir/bin"
  ln -sfn "$bin/kubectl" "$dir/bin/kubectl"
  write_private "$dir/kubeconfig" < "$dir/cluster/kubeconfig"
  apply "$dir" - << YAML
{apiVersion: v1, kind: List, items: [
  {apiVersion: v1, kind: Namespace, metadata: {name: $namespace}},
  {apiVersion: v1, kind: ServiceAccount, metadata: {name: $account, namespace: $namespace}}]}
YAML
  for file in "$root"/charts/guildhall/files/{rbac,roles,policies,webhooks}.yaml; do
    [ ! -e "$file" ] || apply "$dir" "$file"
  done
  kubectl "$dir" wait --for condition=Established --timeout 30s customresourcedefinitions --all > /dev/null
}

apply() { # apply DIR FILE
  kubectl "$1" apply --server-side --force-conflicts -f "$2" > /dev/null
}

fingerprint() { # fingerprint DIR: of what must be the same for a running operator to stay
  { sha256sum < "$operator"; echo "${GUILDHALL_FLAGS:-}"; smtp_url "$1"; } | sha256sum
}

operator_ready() { http GET "$(cat "$1/metrics.port")" /readyz > /dev/null 2>&1; }
# The API server learns a moment later whom to ask for records.
records_served() { # records_served DIR: or are not to be
  [[ ${GUILDHALL_FLAGS:-} == *--records=false* ]] || kubectl "$1" get --raw "$records?limit=1" > /dev/null 2>&1
}
operator_settled() { gone "$1" operator || operator_ready "$1"; }

start_operator() { # start_operator DIR: unless this very one runs
  local dir=$1 try
  # Renewed each time; a running operator reads the token's file again.
  "$here/cluster" serviceaccount "$dir/cluster" "$namespace" "$account" 8760h | write_private "$dir/operator.kubeconfig"
  if [ "$(cat "$dir/operator.fingerprint" 2> /dev/null)" != "$(fingerprint "$dir")" ]; then stop "$dir" operator; fi
  for try in 1 2 3; do
    runs "$dir" operator || spawn_operator "$dir"
    if wait_until 60 operator_settled "$dir" && operator_ready "$dir"; then
      wait_until 60 records_served "$dir" || fail "$dir" "the API server does not reach the records after 60 s" operator
      return
    fi
    runs "$dir" operator && fail "$dir" "the operator is not ready after 60 s" operator
    grep -qi 'address already in use' "$dir/operator.log" || break
    rm -f "$dir/metrics.port" "$dir/serve.port" "$dir/page.port" "$dir/gate.port"
  done
  fail "$dir" "the operator does not start (try $try)" operator
}

spawn_operator() {
  local dir=$1 flags
  # Quotes in GUILDHALL_FLAGS count as in a shell, nothing else does.
  mapfile -t flags < <(xargs -r -n 1 printf '%s\n' <<< "${GUILDHALL_FLAGS:-}")
  [ -s "$dir/metrics.port" ] || choose_port > "$dir/metrics.port"
  [ -s "$dir/serve.port" ] || choose_port > "$dir/serve.port"
  [ -s "$dir/page.port" ] || choose_port > "$dir/page.port"
  [ -s "$dir/gate.port" ] || choose_port > "$dir/gate.port"
  fingerprint "$dir" > "$dir/operator.fingerprint"
  spawn "$dir" operator "$operator" run --kubeconfig "$dir/operator.kubeconfig" --namespace "$namespace" \
    --metrics-listen "127.0.0.1:$(cat "$dir/metrics.port")" --serve-listen "127.0.0.1:$(cat "$dir/serve.port")" \
    --smtp "$(smtp_url "$dir")" --public-listen "127.0.0.1:$(cat "$dir/page.port")" --public-url "$(page_url "$dir")" \
    --gate-listen "127.0.0.1:$(cat "$dir/gate.port")" --store "$dir/store/records.db" "${flags[@]}"
}

page_url() { echo "http://localhost:$(cat "$1/page.port")"; } # page_url DIR: of the page of invitations

write_env() { # write_env DIR: for a shell, on standard output; kubectl finds the plugin beside the operator
  local dir=$1
  cat << ENV
KUBECONFIG=$(quoted "$dir/kubeconfig")
PATH=$(quoted "$dir/bin:$(cd "$(dirname "$operator")" && pwd):$PATH")
OPERATOR_PID=$(quoted "$(pid_of "$dir" operator)")
OPERATOR_LOG=$(quoted "$dir/operator.log")
METRICS_URL=$(quoted "http://127.0.0.1:$(cat "$dir/metrics.port")")
GATE_URL=$(quoted "http://127.0.0.1:$(cat "$dir/gate.port")")
PUBLIC_URL=$(quoted "$(page_url "$dir")")
MAIL_URL=$(quoted "$(mail_url "$dir")")
export KUBECONFIG PATH OPERATOR_PID OPERATOR_LOG METRICS_URL GATE_URL PUBLIC_URL MAIL_URL
ENV
}

quoted() { printf "'%s'" "${1//\'/\'\\\'\'}"; }
