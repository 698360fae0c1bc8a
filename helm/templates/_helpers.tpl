{{- define "atrium.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* Short enough that "-migrate-config" and the like still fit into a name. */}}
{{- define "atrium.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 48 | trimSuffix "-" }}
{{- else if contains (include "atrium.name" .) .Release.Name }}
{{- .Release.Name | trunc 48 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "atrium.name" .) | trunc 48 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* What every pod of the release bears; the component tells server, migration, purge, redis and test apart. */}}
{{- define "atrium.releaseLabels" -}}
app.kubernetes.io/name: {{ include "atrium.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "atrium.selectorLabels" -}}
{{ include "atrium.releaseLabels" . }}
app.kubernetes.io/component: server
{{- end }}

{{/* Not empty where old rows are purged by a CronJob. The embedded database belongs to the server's pod alone. */}}
{{- define "atrium.purges" -}}
{{- if and .Values.purge.enabled (not .Values.database.embedded) }}true{{- end }}
{{- end }}

{{/* Of objects; pods add their component themselves. */}}
{{- define "atrium.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "atrium.releaseLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "atrium.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "atrium.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "atrium.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/*
Under an autoscaler: the number of pods there are. Without the field, an apply that has set it before (as replicaCount)
gives it up, and the API server falls back to one pod until the autoscaler comes round. Left out once helm applies on the
server and somebody else has scaled: the field is theirs, and the number seen here may be old after a long migration.
Nothing is looked up at the first install, nor where something other than helm applies what it renders.
*/}}
{{- define "atrium.replicas" -}}
{{- if not .Values.autoscaling.enabled }}
{{- .Values.replicaCount }}
{{- else }}
{{- with lookup "apps/v1" "Deployment" .Release.Namespace (include "atrium.fullname" .) }}
{{- $applied := false }}
{{- $scaled := false }}
{{- range .metadata.managedFields }}
{{- if eq .operation "Apply" }}
{{- $applied = true }}
{{- end }}
{{- if and (eq (default "" .subresource) "scale") (hasKey (dig "f:spec" dict .fieldsV1) "f:replicas") }}
{{- $scaled = true }}
{{- end }}
{{- end }}
{{- if not (and $applied $scaled) }}
{{- .spec.replicas }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* What helm's --timeout must be: a minute more than the migration may take. */}}
{{- define "atrium.timeout" -}}
{{ add (divf .Values.migration.activeDeadlineSeconds 60 | ceil) 1 }}m
{{- end }}

{{/* The longest a pod may take to end: the grace of the process, and what it needs to leave. */}}
{{- define "atrium.terminationGracePeriodSeconds" -}}
{{ add (divf .Values.shutdown.graceMs 1000 | ceil) 5 }}
{{- end }}
