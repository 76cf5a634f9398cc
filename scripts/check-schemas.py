"""Validates Kubernetes objects strictly against the JSON schemas of the API. Objects of KEDA and the Prometheus operator have no
such schema; deploy/check has checked them strictly. Usage: check-schemas.py FILE…"""
import sys

import kubernetes_validate
import yaml

VERSIONS = ("1.27", "1.37")
others = ("keda.sh/", "monitoring.coreos.com/")
count = 0
for file in sys.argv[1:]:
    with open(file) as text:
        for document in filter(None, yaml.safe_load_all(text)):
            if document["apiVersion"].startswith(others):
                continue
            for version in VERSIONS:
                kubernetes_validate.validate(document, version, strict=True)
            count += 1
assert count > 0
print(f"{count} objects match the schemas of Kubernetes {' and '.join(VERSIONS)}")
