// Command controlplane is a whole Kubernetes control plane for tests in one binary: etcd, kube-apiserver and
// kube-controller-manager, chosen by the name it is called by (argv[0]). One binary links the packages that they share
// once, so it builds faster and is less than half the size of the three.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
)

// exitUsage is EX_USAGE of sysexits.h.
const exitUsage = 64

func main() {
	var command *cobra.Command
	switch name := filepath.Base(os.Args[0]); name {
	case "etcd":
		etcdmain.Main(os.Args)
		return
	case "kube-apiserver":
		command = apiserver.NewAPIServerCommand()
	case "kube-controller-manager":
		command = controllermanager.NewControllerManagerCommand()
	default:
		fmt.Fprintf(os.Stderr, "%s: call me as etcd, kube-apiserver or kube-controller-manager\n", name)
		os.Exit(exitUsage)
	}
	os.Exit(cli.Run(command))
}
