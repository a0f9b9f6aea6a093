// The example OpenID Connect provider of zitadel/oidc, a certified library, with people of the test bed, groups as a
// claim, and HTTPS.
package main

import (
	"context"
	"flag"
	"log/slog"
	"net/http"
	"os"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
	"golang.org/x/text/language"
)

// people are the same as in the directories of the test bed.
type people map[string]*storage.User

func (p people) GetUserByID(id string) *storage.User { return p[id] }

func (p people) GetUserByUsername(name string) *storage.User {
	for _, user := range p {
		if user.Username == name {
			return user
		}
	}
	return nil
}

func (p people) ExampleClientID() string { return storage.ServiceUserID }

func person(id, name, first, last, password string) *storage.User {
	return &storage.User{
		ID: id, Username: name, Password: password, FirstName: first, LastName: last,
		Email: name + "@example.test", EmailVerified: true, PreferredLanguage: language.English,
	}
}

var groups = map[string][]string{
	"subject-alice": {"developers"},
	"subject-bob":   {"developers", "operators"},
}

// withGroups adds the claim of groups wherever the example tells something of a person.
type withGroups struct{ *storage.Storage }

func (s withGroups) SetUserinfoFromRequest(ctx context.Context, info *oidc.UserInfo, token op.IDTokenRequest, scopes []string) error {
	if err := s.Storage.SetUserinfoFromRequest(ctx, info, token, scopes); err != nil {
		return err
	}
	info.AppendClaims("groups", groups[token.GetSubject()])
	return nil
}

func (s withGroups) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, tokenID, subject, origin string) error {
	if err := s.Storage.SetUserinfoFromToken(ctx, info, tokenID, subject, origin); err != nil {
		return err
	}
	info.AppendClaims("groups", groups[subject])
	return nil
}

func main() {
	address := flag.String("address", "", "where to listen")
	issuer := flag.String("issuer", "", "the issuer, which is how the provider is reached")
	certificate := flag.String("certificate", "", "file with the certificate")
	key := flag.String("key", "", "file with its key")
	redirect := flag.String("redirect", "", "the address that people are sent back to")
	flag.Parse()
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	storage.RegisterClients(storage.WebClient("web", "secret", *redirect))
	known := people{}
	for _, user := range []*storage.User{
		person("subject-alice", "alice", "Alice", "Archer", "Alice-secret-1"),
		person("subject-bob", "bob", "Bob", "Baker", "Bob-secret-1"),
	} {
		known[user.ID] = user
	}
	router := exampleop.SetupServer(*issuer, withGroups{storage.NewStorage(known)}, logger, false)
	err := http.ListenAndServeTLS(*address, *certificate, *key, router)
	logger.Error("the provider ended", "error", err)
	os.Exit(1)
}
