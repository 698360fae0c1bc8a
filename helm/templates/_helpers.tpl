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

{{/* What every pod of the release bears; the component tells server, migration, redis and test apart. */}}
{{- define "atrium.releaseLabels" -}}
app.kubernetes.io/name: {{ include "atrium.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "atrium.selectorLabels" -}}
{{ include "atrium.releaseLabels" . }}
app.kubernetes.io/component: server
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

{{- define "atrium.metricsPortName" -}}
{{ eq (int .Values.metrics.port) 3000 | ternary "http" "metrics" }}
{{- end }}

{{/* The longest a pod may take to end: the grace of the process, and what it needs to leave. */}}
{{- define "atrium.terminationGracePeriodSeconds" -}}
{{ add (divf .Values.shutdown.graceMs 1000 | ceil) 5 }}
{{- end }}
