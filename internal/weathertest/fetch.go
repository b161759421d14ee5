package weathertest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Fetch reads the columns of a table, <dataset>.<table>, of a project from a BigQuery
// at a URL, such as the local one.
func Fetch(ctx context.Context, url, project, name string, columns []string) (rows [][]string, err error) {
	query := fmt.Sprintf("SELECT %s FROM `%s.%s`", strings.Join(columns, ", "), project, name)
	body, err := json.Marshal(map[string]any{"query": query, "useLegacySql": false, "maxResults": 10_000})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/bigquery/v2/projects/"+project+"/queries", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var got struct {
		Complete bool `json:"jobComplete"`
		Rows     []struct {
			F []struct{ V any }
		}
		Error *struct{ Message string }
	}
	if err := json.NewDecoder(answer.Body).Decode(&got); err != nil {
		return nil, err
	}
	if got.Error != nil || !got.Complete {
		return nil, fmt.Errorf("%s: %+v", query, got.Error)
	}
	for _, r := range got.Rows {
		var row []string
		for _, f := range r.F {
			row = append(row, fmt.Sprint(f.V))
		}
		rows = append(rows, row)
	}
	return rows, nil
}
