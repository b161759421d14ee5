package flextemplate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Python is the language of every template that dorc makes.
const Python = "PYTHON"

// Template is what lies in a bucket and is named by containerSpecGcsPath of a launch.
type Template struct {
	// Image launches the job. Required.
	Image string `json:"image"`
	// SDK says what the image is made of. Required.
	SDK SDK `json:"sdkInfo"`
	// Metadata describes the parameters.
	Metadata Metadata `json:"metadata"`
	// Environment is what a launch gets when it says nothing else. Default: Dataflow's own.
	Environment *Environment `json:"defaultEnvironment,omitempty"`
}

// SDK is the SDK of a template's image.
type SDK struct {
	// Language is JAVA, PYTHON or GO.
	Language string `json:"language"`
}

// Metadata describes a template. Source:
// https://cloud.google.com/dataflow/docs/reference/rest/v1b3/TemplateMetadata
type Metadata struct {
	// Name is a name for people. Required.
	Name string `json:"name"`
	// Description is a text for people. Default: none.
	Description string `json:"description,omitempty"`
	// Streaming says that the template supports streaming. Default: false.
	Streaming bool `json:"streaming,omitempty"`
	// SupportsAtLeastOnce and SupportsExactlyOnce are modes of streaming. Default: Google's.
	SupportsAtLeastOnce *bool `json:"supportsAtLeastOnce,omitempty"`
	SupportsExactlyOnce *bool `json:"supportsExactlyOnce,omitempty"`
	// DefaultStreamingMode is AT_LEAST_ONCE or EXACTLY_ONCE. Default: exactly once.
	DefaultStreamingMode string `json:"defaultStreamingMode,omitempty"`
	// Parameters are all that a launch may give; Dataflow refuses others when there are some.
	Parameters []Parameter `json:"parameters,omitempty"`
}

// Parameter is one parameter. Source:
// https://cloud.google.com/dataflow/docs/reference/rest/v1b3/ParameterMetadata
type Parameter struct {
	// Name is how a launch names it. Required.
	Name string `json:"name"`
	// Label and HelpText are for people. Required.
	Label    string `json:"label"`
	HelpText string `json:"helpText"`
	// IsOptional says that a launch need not give it. Default: false.
	IsOptional bool `json:"isOptional,omitempty"`
	// Regexes are expressions that the whole value matches, each of them. Default: any value.
	Regexes []string `json:"regexes,omitempty"`
	// ParamType is one of ParamTypes. Default: TEXT.
	ParamType string `json:"paramType,omitempty"`
	// DefaultValue is for forms of the console; a launch without the parameter does not get it.
	DefaultValue string `json:"defaultValue,omitempty"`
	// GroupName, ParentName and ParentTriggerValues order forms of the console.
	GroupName           string   `json:"groupName,omitempty"`
	ParentName          string   `json:"parentName,omitempty"`
	ParentTriggerValues []string `json:"parentTriggerValues,omitempty"`
	// EnumOptions are the values of a parameter of type ENUM.
	EnumOptions []EnumOption `json:"enumOptions,omitempty"`
	// HiddenUI keeps it out of forms of the console. Default: false.
	HiddenUI bool `json:"hiddenUi,omitempty"`
	// CustomMetadata are any texts by name.
	CustomMetadata map[string]string `json:"customMetadata,omitempty"`
}

// EnumOption is one value of a parameter of type ENUM.
type EnumOption struct {
	Value       string `json:"value"`
	Label       string `json:"label,omitempty"`
	Description string `json:"description,omitempty"`
}

// Environment is how a job runs. Source:
// https://cloud.google.com/dataflow/docs/reference/rest/v1b3/FlexTemplateRuntimeEnvironment
type Environment struct {
	NumWorkers            int               `json:"numWorkers,omitempty"`
	MaxWorkers            int               `json:"maxWorkers,omitempty"`
	MachineType           string            `json:"machineType,omitempty"`
	ServiceAccountEmail   string            `json:"serviceAccountEmail,omitempty"`
	TempLocation          string            `json:"tempLocation,omitempty"`
	StagingLocation       string            `json:"stagingLocation,omitempty"`
	Network               string            `json:"network,omitempty"`
	Subnetwork            string            `json:"subnetwork,omitempty"`
	IPConfiguration       string            `json:"ipConfiguration,omitempty"`
	SDKContainerImage     string            `json:"sdkContainerImage,omitempty"`
	EnableStreamingEngine bool              `json:"enableStreamingEngine,omitempty"`
	AdditionalExperiments []string          `json:"additionalExperiments,omitempty"`
	AdditionalUserLabels  map[string]string `json:"additionalUserLabels,omitempty"`
}

// PrivateIPs is the IPConfiguration of workers without addresses on the internet.
const PrivateIPs = "WORKER_IP_PRIVATE"

// NetworkTagExperiments give tags to the workers and to the machine that launches.
// The tag "dataflow" is given by Dataflow itself. Source:
// https://cloud.google.com/dataflow/docs/guides/routes-firewall
func NetworkTagExperiments(tags []string) []string {
	if len(tags) == 0 {
		return nil
	}
	all := strings.Join(tags, ";")
	return []string{"use_network_tags=" + all, "use_network_tags_for_flex_templates=" + all}
}

// JSON is the object's content: the same bytes for the same template.
func (t Template) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(t); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Parse reads a template from an object's content. Keys that it does not know are left out.
func Parse(data []byte) (*Template, error) {
	var t Template
	if err := json.Unmarshal(data, &t); err != nil {
		return nil, fmt.Errorf("the template is not JSON: %w", err)
	}
	if t.Image == "" {
		return nil, fmt.Errorf("the template names no image")
	}
	return &t, nil
}
