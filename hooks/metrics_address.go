package hooks

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/routine"
)

// metricsAddress is where a Prometheus server reads without a token: an address of its own, which the
// operator keeps from the public. Besides, on the loopback, there are the profiles.
func metricsAddress(app core.App, d *Deps) {
	if d.Config.MetricsAddr == "" {
		return
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", d.Metrics.Handler())
	profilesOn(mux, d.Config.MetricsAddr)
	server := &http.Server{Addr: d.Config.MetricsAddr, Handler: mux, ReadTimeout: 10 * time.Second, WriteTimeout: 2 * time.Minute}
	app.OnServe().Bind(named("metrics.listen", func(e *core.ServeEvent) error {
		listener, err := net.Listen("tcp", server.Addr)
		if err != nil {
			return fmt.Errorf("listen on METRICS_ADDR: %w", err)
		}
		routine.FireAndForget(func() {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				app.Logger().Error("serve the metrics", "error", err)
			}
		})
		return e.Next()
	}))
	app.OnTerminate().Bind(named("metrics.close", func(e *core.TerminateEvent) error {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		return errors.Join(server.Shutdown(ctx), e.Next())
	}))
}
