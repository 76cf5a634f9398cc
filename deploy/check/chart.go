package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/v2/lint"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

// checkChart lints a chart with each values file (or only its own) and decodes the rendered templates strictly: a field that is
// unknown to the API or has another type is an error.
func checkChart(crds, folder string, valuesFiles []string) error {
	custom, err := readDefinitions(crds)
	if err != nil {
		return err
	}
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
			if err := decode(document, custom); err != nil {
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
	if err := monitoring.AddToScheme(scheme.Scheme); err != nil {
		panic(err)
	}
	return serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict)
}()

func decode(document string, custom definitions) error {
	text, err := yaml.YAMLToJSONStrict([]byte(document))
	if err != nil {
		return err
	}
	var object metav1.TypeMeta
	if err := json.Unmarshal(text, &object); err != nil {
		return err
	}
	if kind, ok := custom[object.GroupVersionKind()]; ok {
		return validate(text, kind)
	}
	_, _, err = strict.UniversalDeserializer().Decode([]byte(document), nil, nil)
	return err
}
