package io.spdytunnel.options;

import io.spdytunnel.auth.CertificateNames;
import io.spdytunnel.auth.KeyAlgorithm;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.jspecify.annotations.NullUnmarked;

/** The options by which origins show who they are, and the proxy knows whose a name is. */
@NullUnmarked
@UriParams
public abstract class IdentityOptions extends LimitOptions {
    @UriParam(
            label = "producer,security",
            description =
                    "File of the tokens that origins register with, one name,name,... token a line; in place of the"
                            + " token sha256: and its hash. Read again when it changes")
    @OfPort
    @OfTunnel
    private String tokens;

    @UriParam(
            label = "producer,security",
            description =
                    "File of the users that origins register with, one user password name,name,... a line; in place"
                            + " of the password sha256: and its hash. Read again when it changes")
    @OfPort
    @OfTunnel
    private String users;

    @UriParam(
            label = "producer,security",
            description =
                    "File of the public keys that names belong to, one name,name,... key a line: a thumbprint (RFC"
                            + " 7638) in base32 or base64url, or a JWK. Read again when it changes")
    @OfPort
    @OfTunnel
    private String keys;

    @UriParam(
            label = "producer,security",
            defaultValue = "false",
            description =
                    "Whether a name may be made of the origin's key, the base32 of its thumbprint; such a name belongs"
                            + " to that key, and nobody has to be listed")
    @OfPort
    @OfTunnel
    private boolean keyNames;

    @UriParam(
            label = "producer,security",
            defaultValue = "listed",
            enums = "listed,first",
            description = "Whose a name is that is listed for no key: nobody's, or of the first key that asks for it")
    @OfPort
    @OfTunnel
    private String claim = "listed";

    @UriParam(
            label = "producer,security",
            description = "File in which claim=first remembers who came first; without it that is forgotten when the"
                    + " component stops")
    @OfPort
    @OfTunnel
    private String claims;

    @UriParam(
            label = "producer,security",
            description =
                    "Where the origin's name is in the client certificate it must show: dns: or uri: (a"
                            + " subjectAltName) or cn: (of the subject) and a pattern with one asterisk for the name, such as dns:*.origins.example.com")
    @OfPort
    @OfTunnel
    private String certificateName;

    @UriParam(
            label = "producer,security",
            description =
                    "The hosts by which origins dial this proxy, separated by comma: what an origin's key signs must be"
                            + " for one of them. By default those of the proxy's certificate; in plain text, whatever Host the origin says")
    @OfPort
    @OfTunnel
    private String proxyNames;

    @UriParam(
            label = "producer,security",
            description =
                    "What an origin must show, of token, basic, certificate, key and bean (the option authenticator):"
                            + " joined by + what it must show together, separated by comma what is as good. By default all that is configured, together")
    @OfPort
    @OfTunnel
    private String authentication;

    @UriParam(
            label = "producer",
            description =
                    "Where visitors find an origin, with an asterisk for its name; told to it when it registers. By"
                            + " default https:// and its sub-domain of originDomain")
    @OfTunnel
    private String publicUrl;

    @UriParam(label = "consumer,security", description = "User name to register with, together with password")
    @OfTunnel
    private String username;

    @UriParam(
            label = "consumer,security",
            secret = true,
            description = "Password to register with, or file: and where it is; then it is read again when it changes")
    @OfTunnel
    private String password;

    @UriParam(
            label = "consumer,security",
            description =
                    "File of the key to register with, a private JWK that only its owner may read; made if it is not"
                            + " there. With an asterisk for the origin's name, that is made of the key")
    @OfTunnel
    private String key;

    @UriParam(
            label = "consumer,security",
            defaultValue = "Ed25519",
            enums = "Ed25519,P-256",
            description = "Of what kind a key is that is made")
    @OfTunnel
    private String keyAlgorithm = "Ed25519";

    @UriParam(
            label = "consumer,security",
            description =
                    "With an asterisk for the origin's name: what its name is made of beside the key, so that one key"
                            + " can have several names")
    @OfTunnel
    private String keySession;

    @UriParam(
            label = "security",
            javaType = "java.time.Duration",
            defaultValue = "5s",
            description =
                    "How often files of tokens, users and keys and key stores are looked at, to take what has changed;"
                            + " 0 for never")
    @Within(unit = "ms")
    @OfPort
    private long reloadInterval = 5_000;

    @Override
    void check() {
        super.check();
        if (certificateName != null) {
            new CertificateNames(certificateName);
        }
        if (!claim.equals(AuthenticationMethod.FIRST) && !claim.equals("listed")) {
            throw new IllegalArgumentException("option claim is " + claim + "; it must be listed or first");
        }
        AuthenticationMethod.parse(authentication);
        KeyAlgorithm.ofCurve(keyAlgorithm);
        PublicUrls.check(publicUrl);
    }

    public String getTokens() {
        return tokens;
    }

    public void setTokens(String tokens) {
        this.tokens = tokens;
    }

    public String getUsers() {
        return users;
    }

    public void setUsers(String users) {
        this.users = users;
    }

    public String getKeys() {
        return keys;
    }

    public void setKeys(String keys) {
        this.keys = keys;
    }

    public boolean isKeyNames() {
        return keyNames;
    }

    public void setKeyNames(boolean keyNames) {
        this.keyNames = keyNames;
    }

    public String getClaim() {
        return claim;
    }

    public void setClaim(String claim) {
        this.claim = claim;
    }

    public String getClaims() {
        return claims;
    }

    public void setClaims(String claims) {
        this.claims = claims;
    }

    public String getCertificateName() {
        return certificateName;
    }

    public void setCertificateName(String certificateName) {
        this.certificateName = certificateName;
    }

    public String getProxyNames() {
        return proxyNames;
    }

    public void setProxyNames(String proxyNames) {
        this.proxyNames = proxyNames;
    }

    public String getAuthentication() {
        return authentication;
    }

    public void setAuthentication(String authentication) {
        this.authentication = authentication;
    }

    public String getPublicUrl() {
        return publicUrl;
    }

    public void setPublicUrl(String publicUrl) {
        this.publicUrl = publicUrl;
    }

    public String getUsername() {
        return username;
    }

    public void setUsername(String username) {
        this.username = username;
    }

    public String getPassword() {
        return password;
    }

    public void setPassword(String password) {
        this.password = password;
    }

    public String getKey() {
        return key;
    }

    public void setKey(String key) {
        this.key = key;
    }

    public String getKeyAlgorithm() {
        return keyAlgorithm;
    }

    public void setKeyAlgorithm(String keyAlgorithm) {
        this.keyAlgorithm = keyAlgorithm;
    }

    public String getKeySession() {
        return keySession;
    }

    public void setKeySession(String keySession) {
        this.keySession = keySession;
    }

    public long getReloadInterval() {
        return reloadInterval;
    }

    public void setReloadInterval(long reloadInterval) {
        this.reloadInterval = reloadInterval;
    }
}
