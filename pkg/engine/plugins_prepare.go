package engine

import "context"

// prepare makes ready what a run needs, before its display begins.
func (e *Engine) prepare(ctx context.Context, s step) error {
	if s.options.Prepare != nil {
		if err := s.options.Prepare(ctx); err != nil {
			return err
		}
	}
	if !e.Providers.Installed {
		return nil
	}
	needed, err := e.Providers.needed(s.stack.Program, s.snapshot)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-s.options.Cancel:
			cancel(ErrCancelled)
		case <-ctx.Done():
		}
	}()
	display, _ := s.options.Display.(PluginDisplay) //nolint:errcheck // a display need not show downloads
	for _, p := range needed {
		if _, err := EnsurePlugin(ctx, p, display); err != nil {
			return err
		}
	}
	return nil
}
