{{/* Names begin with the release, so that two releases can share a namespace. */}}
{{- define "mvs.name" -}}
{{- contains "mvs" .Release.Name | ternary .Release.Name (printf "%s-mvs" .Release.Name) | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* The labels that select pods, from (list $ COMPONENT). They never change. */}}
{{- define "mvs.selector" -}}
app.kubernetes.io/name: mvs
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "mvs.labels" -}}
{{ include "mvs.selector" . }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ printf "%s-%s" (index . 0).Chart.Name (index . 0).Chart.Version }}
{{- end }}

{{/* The variables of all pods. */}}
{{- define "mvs.settings" -}}
{{- with .Values.stream }}
MVS_BROKERS: {{ .brokers | quote }}
MVS_TOPIC: {{ .topic | quote }}
MVS_GROUP: {{ .group | quote }}
{{- end }}
{{- with .Values.store.url }}
MVS_STORE: {{ . | quote }}
{{- end }}
{{- range $name, $value := .Values.settings }}
{{ $name }}: {{ $value | toString | quote }}
{{- end }}
{{- end }}

{{/* The entries of `env`, from a map of variables. */}}
{{- define "mvs.env" -}}
{{- range $name, $value := . }}
- { name: {{ $name }}, value: {{ $value | toString | quote }} }
{{- end }}
{{- end }}

{{/* The maximum number of busy pods: each has `threads` members. */}}
{{- define "mvs.maxReplicas" -}}
{{- $threads := int .Values.consumer.threads -}}
{{- .Values.consumer.autoscaling.maxReplicas | default (div (add (int .Values.stream.partitions) (sub $threads 1)) $threads) }}
{{- end }}

{{/* The common part of every container, from (dict "root" $ "component" NAME "resources" MAP). */}}
{{- define "mvs.container" -}}
name: mvs
image: {{ printf "%s:%s" .root.Values.image.repository (.root.Values.image.tag | default .root.Chart.AppVersion) }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext: {{- toYaml .root.Values.securityContext | nindent 2 }}
resources: {{- toYaml .resources | nindent 2 }}
{{- end }}

{{/* The common part of every pod besides containers and volumes, from (dict "root" $ …). */}}
{{- define "mvs.pod" -}}
{{- with .root.Values.serviceAccountName }}
serviceAccountName: {{ . }}
{{- end }}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
# mvs does not use the Kubernetes API.
automountServiceAccountToken: false
enableServiceLinks: false
securityContext: {{- toYaml .root.Values.podSecurityContext | nindent 2 }}
{{- end }}

{{/* The secret comes last, so its variables override those of the ConfigMap. */}}
{{- define "mvs.envFrom" -}}
- configMapRef: { name: {{ include "mvs.name" . }} }
{{- with .Values.secretName }}
- secretRef: { name: {{ . }} }
{{- end }}
{{- end }}

{{- define "mvs.mounts" -}}
- { name: tmp, mountPath: /tmp }
{{- if .Values.tlsSecretName }}
- { name: tls, mountPath: /etc/mvs/tls, readOnly: true }
{{- end }}
{{- end }}

{{/* Volumes, from (list $ SIZE). Only /tmp is writable. */}}
{{- define "mvs.volumes" -}}
- { name: tmp, emptyDir: { sizeLimit: {{ index . 1 }} } }
{{- with (index . 0).Values.tlsSecretName }}
- { name: tls, secret: { secretName: {{ . }} } }
{{- end }}
{{- end }}

{{/* Ports and probes of a container that keeps running. */}}
{{- define "mvs.health" -}}
ports: [{ name: metrics, containerPort: 9464 }]
startupProbe: { httpGet: { path: /healthz, port: metrics }, periodSeconds: 2, failureThreshold: 60 }
livenessProbe: { httpGet: { path: /healthz, port: metrics }, timeoutSeconds: 2, failureThreshold: 6 }
readinessProbe: { httpGet: { path: /readyz, port: metrics }, timeoutSeconds: 2 }
{{- end }}

{{- define "mvs.scrape" -}}
{{- if .Values.metrics.annotations }}
prometheus.io/scrape: 'true'
prometheus.io/port: '9464'
{{- end }}
{{- end }}
