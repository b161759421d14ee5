package launcher

import (
	"fmt"

	"github.com/dorc-dev/dorc/internal/tree"
	"gopkg.in/yaml.v3"
)

// incremental holds the modes of sinks against the source: what is read in part
// is appended or merged, what is read wholly replaces.
func (r *reader) incremental() {
	p := r.pipeline
	var source *Source
	for i := range p.Sources {
		if p.Sources[i].Incremental != nil {
			source = &p.Sources[i]
		}
	}
	if source != nil && len(p.Sources) > 1 {
		r.at(source.Place, "an incremental source must be the only source", fmt.Sprintf("there are %d", len(p.Sources)), "Make a pipeline of its own for each.")
		return
	}
	found := false
	for _, s := range p.Sinks {
		if source == nil {
			if s.Mode != Replace {
				r.at(s.Place, fmt.Sprintf("mode %s needs an incremental source", s.Mode), "the source is read wholly each time: its rows would be there again and again",
					"Set the source's incremental: true, or the sink's mode: replace.")
			}
			continue
		}
		found = found || s.Name == source.Incremental.Destination
		r.incrementalSink(s, *source.Incremental)
	}
	if source != nil && source.Incremental.Destination != "" && !found {
		names := make([]string, 0, len(p.Sinks))
		for _, s := range p.Sinks {
			names = append(names, s.Name)
		}
		r.at(source.Place, fmt.Sprintf("there is no sink %q", tree.Shorten(source.Incremental.Destination)),
			"destination_sink_name is the sink whose table says what is new", tree.DidYouMean(source.Incremental.Destination, names))
	}
}

func (r *reader) incrementalSink(s Sink, i Incremental) {
	switch {
	case s.Mode == Replace:
		r.warn(s.Place, "the table keeps only what is new", "its source is incremental, its mode is replace", "Use mode append or merge.")
	case s.Mode == Append && i.Ago != 0:
		r.at(s.Place, "rows would be appended again and again", "incremental_interval_from is a time: two runs read rows that overlap",
			"Use mode merge, or incremental_interval_from: "+maxInDestination+".")
	}
	switch {
	case s.Create:
		r.at(s.Place, "an incremental source needs a table that exists", "create_disposition is CREATE_IF_NEEDED", "Create the table, and use CREATE_NEVER.")
	case s.Partitioning == "":
		r.at(s.Place, "an incremental source needs a partitioned table", "", "Give the sink partitioning and partitioning_field.")
	}
}

func (r *reader) at(p Place, summary, detail, hint string) {
	r.Refuse(&yaml.Node{Line: p.Line, Column: p.Column}, summary, detail, hint)
}
