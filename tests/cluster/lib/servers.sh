# The three servers of one cluster folder: their flags, their order, and how each shows that it works.
# `bin` is the folder of their commands.
# shellcheck shell=bash disable=SC2154

kubectl() { # kubectl DIR ARGUMENT...: as the admin
  KUBECACHEDIR=$1/kubectl-cache "$bin/kubectl" --kubeconfig "$1/kubeconfig" "${@:2}"
}

spawn_etcd() {
  local client peer
  client=http://127.0.0.1:$(port_of "$1" etcd) peer=http://127.0.0.1:$(port_of "$1" peer)
  # A power cut may lose a test's data: no fsync.
  spawn "$1" etcd "$bin/etcd" --name "$(etcd_name "$1")" --data-dir "$1/etcd" --unsafe-no-fsync --log-level warn \
    --listen-client-urls "$client" --advertise-client-urls "$client" \
    --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" --initial-cluster "$(etcd_name "$1")=$peer"
}

etcd_name() { cat "$1/name"; }

etcd_answers() { # by name: another cluster's etcd could have taken the port
  http POST "$(port_of "$1" etcd)" /v3/cluster/member/list '{}' 2> /dev/null | grep -q "\"name\":\"$(etcd_name "$1")\""
}

etcd_settled() { gone "$1" etcd || etcd_answers "$1"; }

spawn_apiserver() {
  local dir=$1 pki=$1/pki more
  make_front_proxy "$dir"
  read -ra more < "$dir/apiserver.flags" || :
  spawn "$dir" apiserver "$bin/kube-apiserver" --etcd-servers "http://127.0.0.1:$(port_of "$dir" etcd)" \
    --bind-address 127.0.0.1 --advertise-address 127.0.0.1 --endpoint-reconciler-type none --secure-port "$(port_of "$dir" api)" \
    --tls-cert-file "$pki/apiserver.crt" --tls-private-key-file "$pki/apiserver.key" --client-ca-file "$pki/ca.crt" \
    --service-account-issuer https://kubernetes.default.svc --service-account-key-file "$pki/serviceaccount.key" \
    --service-account-signing-key-file "$pki/serviceaccount.key" --service-cluster-ip-range 10.0.0.0/24 \
    --authorization-mode Node,RBAC --allow-privileged --enable-admission-plugins OwnerReferencesPermissionEnforcement \
    --requestheader-client-ca-file "$pki/front-proxy-ca.crt" --requestheader-allowed-names front-proxy \
    --requestheader-username-headers X-Remote-User --requestheader-group-headers X-Remote-Group \
    --requestheader-extra-headers-prefix X-Remote-Extra- \
    --proxy-client-cert-file "$pki/front-proxy.crt" --proxy-client-key-file "$pki/front-proxy.key" "${more[@]}"
}

apiserver_ready() { kubectl "$1" get --raw /readyz > /dev/null 2>&1; }
apiserver_settled() { gone "$1" apiserver || apiserver_ready "$1"; }

spawn_controller_manager() {
  # Not a superuser: each controller acts as its own ServiceAccount, as in a real cluster.
  spawn "$1" controller-manager "$bin/kube-controller-manager" --kubeconfig "$1/controller-manager.kubeconfig" \
    --use-service-account-credentials --service-account-private-key-file "$1/pki/serviceaccount.key" --root-ca-file "$1/pki/ca.crt" \
    --leader-elect=false --secure-port 0 --kube-api-qps 200 --kube-api-burst 400 \
    --controllers namespace,serviceaccount,garbagecollector,clusterrole-aggregation,serviceaccount-token,ttl,root-ca-cert-publisher,validatingadmissionpolicy-status-controller
}

controllers_work() { # what they make in every namespace is there; the two that make nothing say that they are ready
  local log=$1/controller-manager.log
  # In quotes since Kubernetes 1.34, with "for" in versions before.
  grep -qE 'Caches are synced(" controller="| for )namespace' "$log" && grep -qE 'Caches are synced(" controller="| for )garbage collector' "$log" &&
    kubectl "$1" get --namespace default serviceaccount/default configmap/kube-root-ca.crt > /dev/null 2>&1
}

controllers_settled() { gone "$1" controller-manager || controllers_work "$1"; }

start_servers() { # start_servers DIR: etcd and the API server; on the first start again, with other ports, while a rival has one of them
  local dir=$1 try
  if [ -e "$dir/started" ]; then
    start_etcd "$dir" && start_apiserver "$dir"
    return
  fi
  make_pki "$dir"
  for try in 1 2 3 4 5; do
    prepare "$dir"
    if start_etcd "$dir" && start_apiserver "$dir"; then touch "$dir/started"; return; fi
    grep -qs 'address already in use' "$dir/etcd.log" "$dir/apiserver.log" || return
    echo "cluster: a port was taken meanwhile, starting with others (try $try)" >&2
    stop "$dir" apiserver etcd
  done
  return 1
}

prepare() { # prepare DIR: a new identity
  local dir=$1
  rm -rf "$dir/etcd"
  choose_ports "$dir"
  echo "etcd-$(openssl rand -hex 6)" > "$dir/name"
  echo "${APISERVER_FLAGS:-}" > "$dir/apiserver.flags"
  certificate_kubeconfig "$dir" admin "$dir/pki/admin" | write_private "$dir/kubeconfig"
  certificate_kubeconfig "$dir" system:kube-controller-manager "$dir/pki/controller-manager" | write_private "$dir/controller-manager.kubeconfig"
}

start_etcd() {
  runs "$1" etcd || spawn_etcd "$1"
  wait_until 30 etcd_settled "$1" && runs "$1" etcd && etcd_answers "$1"
}

start_apiserver() {
  [ -z "${APISERVER_FLAGS+set}" ] || echo "$APISERVER_FLAGS" > "$1/apiserver.flags"
  runs "$1" apiserver || spawn_apiserver "$1"
  wait_until 60 apiserver_settled "$1" && runs "$1" apiserver && apiserver_ready "$1"
}

start_controllers() {
  runs "$1" controller-manager || spawn_controller_manager "$1"
  wait_until 60 controllers_settled "$1" && controllers_work "$1"
}
