package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/santhosh-tekuri/jsonschema/v6"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	strictjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// definitions are the schemas of custom resources.
type definitions map[schema.GroupVersionKind]*jsonschema.Schema

type definition struct {
	Spec struct {
		Group    string
		Names    struct{ Kind string }
		Versions []struct {
			Name   string
			Schema struct{ OpenAPIV3Schema map[string]any }
		}
	}
}

// readDefinitions reads the CustomResourceDefinitions of a folder.
func readDefinitions(folder string) (definitions, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		return nil, err
	}
	found := definitions{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var crd definition
		if err := yaml.Unmarshal(text, &crd); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, version := range crd.Spec.Versions {
			kind := schema.GroupVersionKind{Group: crd.Spec.Group, Version: version.Name, Kind: crd.Spec.Names.Kind}
			if found[kind], err = compile(file, version.Schema.OpenAPIV3Schema); err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	return found, nil
}

func compile(name string, openAPI map[string]any) (*jsonschema.Schema, error) {
	forbidOthers(openAPI)
	if properties, ok := openAPI["properties"].(map[string]any); ok {
		// The same for all kinds, and not part of a definition. See validate.
		properties["metadata"] = true
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(name, openAPI); err != nil {
		return nil, err
	}
	return compiler.Compile(name)
}

// forbidOthers makes a schema as strict as "kubectl apply --validate=strict": a field that it does not name is an error, and so is a
// number that does not fit.
func forbidOthers(node map[string]any) {
	properties, _ := node["properties"].(map[string]any)
	for _, each := range properties {
		forbidOthers(each.(map[string]any))
	}
	for _, name := range []string{"items", "additionalProperties"} {
		if child, ok := node[name].(map[string]any); ok {
			forbidOthers(child)
		}
	}
	_, named := node["additionalProperties"]
	if node["type"] == "object" && !named && node["x-kubernetes-preserve-unknown-fields"] != true {
		node["additionalProperties"] = false
	}
	if node["format"] == "int32" {
		node["allOf"] = []any{map[string]any{"minimum": math.MinInt32, "maximum": math.MaxInt32}}
	}
}

// validate checks an object against the schema of its kind, and the fields that all kinds have.
func validate(document []byte, kind *jsonschema.Schema) error {
	object, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		return err
	}
	if err := kind.Validate(object); err != nil {
		return err
	}
	var shared struct {
		Metadata json.RawMessage `json:"metadata"`
	}
	if err := json.Unmarshal(document, &shared); err != nil {
		return err
	}
	unknown, err := strictjson.UnmarshalStrict(shared.Metadata, &metav1.ObjectMeta{})
	return errors.Join(append(unknown, err)...)
}
