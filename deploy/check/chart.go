package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	keda "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/v2/lint"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

// checkChart lints a chart with each values file (or only its own) and decodes the rendered templates strictly: a field that is
// unknown to the API or has another type is an error.
func checkChart(folder string, valuesFiles []string) error {
	values := map[string]any{}
	for _, file := range valuesFiles {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		more := map[string]any{}
		if err := yaml.UnmarshalStrict(text, &more); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		values = loader.MergeMaps(values, more)
	}
	if err := lintChart(folder, values); err != nil {
		return err
	}
	rendered, err := render(folder, values)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(rendered)) {
		for _, document := range strings.Split("\n"+rendered[name], "\n---") {
			if strings.TrimSpace(document) == "" || strings.HasSuffix(name, ".txt") || strings.HasSuffix(name, ".tpl") {
				continue
			}
			if err := decode(document); err != nil {
				return fmt.Errorf("%s: %w\n%s", name, err, document)
			}
			fmt.Printf("---\n# %s%s\n", name, document)
		}
	}
	return nil
}

func lintChart(folder string, values map[string]any) error {
	var problems []error
	for _, message := range lint.RunAll(folder, values, "default").Messages {
		// Helm recommends an icon, which only catalogues need.
		if message.Severity >= support.WarningSev {
			problems = append(problems, message)
		}
	}
	return errors.Join(problems...)
}

func render(folder string, values map[string]any) (map[string]string, error) {
	chart, err := loader.Load(folder)
	if err != nil {
		return nil, err
	}
	release := common.ReleaseOptions{Name: "frames", Namespace: "default", Revision: 1, IsInstall: true}
	all, err := util.ToRenderValues(chart, values, release, common.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	return engine.Engine{}.Render(chart, all)
}

var strict = func() serializer.CodecFactory {
	for _, add := range []func() error{
		func() error { return keda.AddToScheme(scheme.Scheme) },
		func() error { return monitoring.AddToScheme(scheme.Scheme) },
	} {
		if err := add(); err != nil {
			panic(err)
		}
	}
	return serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict)
}()

func decode(document string) error {
	_, _, err := strict.UniversalDeserializer().Decode([]byte(document), nil, nil)
	return err
}
