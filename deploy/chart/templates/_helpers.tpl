{{- define "skep.name" -}}
{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- $name := .Values.nameOverride | default .Chart.Name }}
{{- if contains $name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}{{ printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "skep.services" -}}
{{ .Files.Get "files/services.json" }}
{{- end }}

{{/* Labels of an object. Takes root and name. */}}
{{- define "skep.labels" -}}
{{ include "skep.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{/* Selects the pods of one part. Takes root and name. */}}
{{- define "skep.selector" -}}
app.kubernetes.io/name: {{ .root.Values.nameOverride | default .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end }}

{{/* The labels that select all pods of the release, on one line. */}}
{{- define "skep.everything" -}}
{{ dict "app.kubernetes.io/name" (.Values.nameOverride | default .Chart.Name) "app.kubernetes.io/instance" .Release.Name | toJson }}
{{- end }}

{{/* The labels that select the pods of one part, on one line. Takes root and name. */}}
{{- define "skep.match" -}}
{{ include "skep.selector" . | fromYaml | toJson }}
{{- end }}

{{- define "skep.secret" -}}
{{ .Values.secrets.existing | default (printf "%s-secrets" (include "skep.name" .)) }}
{{- end }}

{{/* The image of every service. Takes the root. */}}
{{- define "skep.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{/* What a pod may do: the pod security standard `restricted`. */}}
{{- define "skep.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile: { type: RuntimeDefault }
{{- end }}
{{- define "skep.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{/* The environment of a service. Takes root, service (of files/services.json) and config (its merged values). */}}
{{- define "skep.env" -}}
{{- $root := .root }}
{{- $service := .service }}
{{- $secret := include "skep.secret" $root }}
{{- $own := .config.env | default dict }}
{{- range keys $own | sortAlpha }}
{{- if not (has . $service.plain) }}
{{- fail (printf "services.%s.env: %s is not a setting of %s, or belongs into the Secret" $service.name . $service.name) }}
{{- end }}
{{- end }}
- { name: NODE_ENV, value: production }
- { name: MANAGEMENT_PORT, value: "9090" }
- { name: MANAGEMENT_HOST, value: 0.0.0.0 }
- { name: NATS_URL, value: {{ $root.Values.nats.url | default (printf "nats://%s-nats:4222" (include "skep.name" $root)) | quote }} }
- { name: NATS_USER, value: {{ $service.name }} }
- name: NATS_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ $secret }}, key: {{ $service.env }}_NATS_PASSWORD } }
{{- if $service.database }}
{{- $place := printf "%s:%v/%s%s" $root.Values.postgres.host $root.Values.postgres.port $service.database $root.Values.postgres.options }}
- name: DATABASE_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ $secret }}, key: {{ $service.env }}_DATABASE_PASSWORD } }
- name: DATABASE_OWNER_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ $secret }}, key: {{ $service.env }}_DATABASE_OWNER_PASSWORD } }
- { name: DATABASE_URL, value: {{ printf "postgres://%s:$(DATABASE_PASSWORD)@%s" $service.database $place | quote }} }
- { name: DATABASE_OWNER_URL, value: {{ printf "postgres://%s_owner:$(DATABASE_OWNER_PASSWORD)@%s" $service.database $place | quote }} }
{{- else }}
- { name: HOST, value: 0.0.0.0 }
- { name: PORT, value: "8080" }
{{- end }}
{{- range $service.plain }}
{{- $value := index $own . | default (index $root.Values.settings .) }}
{{- if eq . "SKEP_OBJECTS" }}
{{- if $root.Values.files.claim }}
{{- $value = "file:/files" }}
{{- else if not (hasPrefix "s3://" ($value | default "")) }}
{{- fail "files need a place that all pods share: set files.claim, or settings.SKEP_OBJECTS=s3://…" }}
{{- end }}
{{- range list "AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY" "AWS_REGION" }}
- name: {{ . }}
  valueFrom: { secretKeyRef: { name: {{ $secret }}, key: {{ . }}, optional: true } }
{{- end }}
{{- end }}
{{- if $value }}
- { name: {{ . }}, value: {{ $value | quote }} }
{{- end }}
{{- end }}
{{- with $root.Values.tracing }}
{{- if .endpoint }}
- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ .endpoint | quote }} }
- { name: OTEL_EXPORTER_OTLP_PROTOCOL, value: {{ .protocol | quote }} }
- name: OTEL_EXPORTER_OTLP_HEADERS
  valueFrom: { secretKeyRef: { name: {{ $secret }}, key: OTEL_EXPORTER_OTLP_HEADERS, optional: true } }
{{- with .sampler }}
- { name: OTEL_TRACES_SAMPLER, value: {{ . | quote }} }
{{- end }}
{{- with .samplerArg }}
- { name: OTEL_TRACES_SAMPLER_ARG, value: {{ . | quote }} }
{{- end }}
{{- end }}
{{- end }}
{{- range $service.secret }}
- name: {{ . }}
  valueFrom: { secretKeyRef: { name: {{ $secret }}, key: {{ . }}{{ if not (has . $service.required) }}, optional: true{{ end }} } }
{{- end }}
{{- end }}

{{/* The volumes of a service, and where they are mounted. Takes root and service. */}}
{{- define "skep.volumes" -}}
- { name: tmp, emptyDir: {} }
{{- if and .root.Values.files.claim (has "SKEP_OBJECTS" .service.plain) }}
- { name: files, persistentVolumeClaim: { claimName: {{ .root.Values.files.claim }} } }
{{- end }}
{{- end }}
{{- define "skep.mounts" -}}
- { name: tmp, mountPath: /tmp }
{{- if and .root.Values.files.claim (has "SKEP_OBJECTS" .service.plain) }}
- { name: files, mountPath: /files }
{{- end }}
{{- end }}

{{/* The defaults with what a service overrides, as YAML. Takes root and name. */}}
{{- define "skep.config" -}}
{{ mergeOverwrite (deepCopy .root.Values.defaults) (index .root.Values.services .name | default dict) | toYaml }}
{{- end }}
