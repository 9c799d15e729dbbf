package doctor

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// reachPatience is how long the place may take to answer at its own address.
const reachPatience = 5 * time.Second

// Reach asks the place at the address that people use, as one of them would: by its name, through its proxy, with a
// certificate that is believed. It returns that, nil when the address is http.
func Reach(ctx context.Context, address string) (certificate *x509.Certificate, err error) {
	ctx, cancel := context.WithTimeout(ctx, reachPatience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/api/health", nil)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close() //nolint:errcheck // not read
	if answer.TLS != nil && len(answer.TLS.PeerCertificates) > 0 {
		certificate = answer.TLS.PeerCertificates[0]
	}
	if answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("it answers %s", answer.Status)
	}
	return certificate, err
}

// late is how much of a certificate's life, in parts, is left when it should have been renewed long ago: those who get
// one by themselves renew it when a third is left.
const late = 6

// reached looks whether the place answers at its own address, and how long its certificate is good.
func reached(ctx context.Context, p Patient) ([]verdict, error) {
	if p.Reach == nil || p.Config.PublicURL == "" {
		return nil, nil
	}
	certificate, err := p.Reach(ctx, p.Config.PublicURL)
	if err != nil {
		why := strings.TrimPrefix(err.Error(), `Get "`+p.Config.PublicURL+`/api/health": `)
		return []verdict{{Warn, words{p.Config.PublicURL + " doesn't answer from here: " + why, p.Config.PublicURL + "이(가) 여기에서 응답하지 않습니다: " + why},
			words{"look at the name (DNS), the ports 80 and 443, the proxy and its certificate; docs/operating.md has examples", "도메인(DNS), 80·443 포트, 프록시와 인증서를 확인하세요. docs/operating.md에 예가 있습니다"}}}, nil //nolint:nilerr // that is what was found
	}
	if certificate == nil {
		return good("it answers, without TLS", "TLS 없이 응답합니다"), nil
	}
	day := certificate.NotAfter.UTC().Format(time.DateOnly)
	if certificate.NotAfter.Sub(p.Now) < certificate.NotAfter.Sub(certificate.NotBefore)/late {
		return []verdict{{Warn, words{"the certificate ends on " + day, "인증서가 " + day + "에 만료됩니다"},
			words{"see why whoever gets it (the proxy, or the program itself) hasn't renewed it", "인증서를 받는 쪽(프록시 또는 프로그램)이 왜 갱신하지 않았는지 확인하세요"}}}, nil
	}
	return good("it answers over TLS; the certificate is good until "+day, "TLS로 응답합니다. 인증서는 "+day+"까지 유효합니다"), nil
}
