package definition

// EditorComment is the first line of a pipeline.yaml, with a path or an URL of
// the JSON Schema in place of %s. Editors with the YAML language server
// complete and check the file by it.
const EditorComment = "# yaml-language-server: $schema=%s"

// SchemaFile is the name of the JSON Schema, as it lies in dorc's folder schema
// and as "dorc init" puts it into a config repo.
const SchemaFile = "pipeline.schema.json"
