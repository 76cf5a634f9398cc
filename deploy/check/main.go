// check reads the files in deploy/ with the tools' own libraries: Compose's loader, BuildKit's parser, Helm's linter and template
// engine, the types of Kubernetes and the Prometheus operator, and KEDA's definitions of custom resources. The command lines of these
// tools take minutes to build, and no container engine runs where this project is checked. See scripts/check-deploy.sh.
package main

import (
	"fmt"
	"os"
)

const usage = `usage: check compose FILE                 prints what "docker compose config" would
       check chart CRDS FOLDER [VALUES]   lints as "helm lint --strict" does, prints what "helm template" would
       check dockerfile FILE              reports as "docker build --check" does, prints the instructions as JSON
       check context FILE FOLDER TO       copies what the .dockerignore of a Dockerfile lets through`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "compose":
		return compose(args[1])
	case len(args) >= 3 && args[0] == "chart":
		return checkChart(args[1], args[2], args[3:])
	case len(args) == 2 && args[0] == "dockerfile":
		return dockerfile(args[1])
	case len(args) == 4 && args[0] == "context":
		return copyContext(args[1]+".dockerignore", args[2], args[3])
	}
	return fmt.Errorf("%s", usage)
}
