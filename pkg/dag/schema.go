package dag

// SchemaFile is the name of the JSON Schema of dag.yaml, as it lies in dorc's folder schema.
const SchemaFile = "dag.schema.json"
