// Command kubectl is apart from the control plane: tests start it hundreds of times, and in that one's binary it would
// begin with all that the servers make ready.
package main

import (
	"os"

	_ "guildhall.dev/controlplane/kubectl/untranslated"
	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
)

func main() {
	os.Exit(cli.Run(kubectl.NewDefaultKubectlCommand()))
}
