package io.spdytunnel.options;

import io.spdytunnel.auth.CertificateNames;
import io.spdytunnel.auth.KeyAlgorithm;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.jspecify.annotations.NullUnmarked;

/** The options for authentication: an origin's proofs, and the proxy's lists of who may have which name. */
@NullUnmarked
@UriParams
public abstract class IdentityOptions extends LimitOptions {
    @UriParam(
            label = "producer,security",
            description = "File of tokens that origins register with, one line per token: name,name,... token. In "
                    + "place of the token, sha256: and its hash. Read again when it changes")
    @OfPort
    @OfTunnel
    private String tokens;

    @UriParam(
            label = "producer,security",
            description = "File of users that origins register with, one line per user: user password name,name,... "
                    + "In place of the password, sha256: and its hash. Read again when it changes")
    @OfPort
    @OfTunnel
    private String users;

    @UriParam(
            label = "producer,security",
            description = "File of public keys and the names that belong to them, one line per key: name,name,... "
                    + "key. A key is a thumbprint (RFC 7638) in base32 or base64url, or a JWK. Read again when "
                    + "it changes")
    @OfPort
    @OfTunnel
    private String keys;

    @UriParam(
            label = "producer,security",
            defaultValue = "false",
            description = "If true, an origin may have the name that is derived from its key: the base32 of the "
                    + "key's thumbprint. Such a name belongs to that key and needs no list")
    @OfPort
    @OfTunnel
    private boolean keyNames;

    @UriParam(
            label = "producer,security",
            defaultValue = "listed",
            enums = "listed,first",
            description = "What happens with a name that is not listed for any key. listed: it is refused. first: "
                    + "it belongs to the first key that asks for it")
    @OfPort
    @OfTunnel
    private String claim = "listed";

    @UriParam(
            label = "producer,security",
            description = "File in which claim=first stores the owners of names. Without it they are forgotten when "
                    + "the component stops")
    @OfPort
    @OfTunnel
    private String claims;

    @UriParam(
            label = "producer,security",
            description = "Where the origin's name is in the client certificate that it must show: dns: or uri: (a "
                    + "subjectAltName) or cn: (of the subject), and a pattern in which one asterisk stands for "
                    + "the name, such as dns: followed by an asterisk and .origins.example.com")
    @OfPort
    @OfTunnel
    private String certificateName;

    @UriParam(
            label = "producer,security",
            description = "Hosts by which origins dial this proxy, separated by comma. An origin's signature must "
                    + "be for one of them. By default the names in the proxy's certificate; in plain text, any "
                    + "Host that the origin sends")
    @OfPort
    @OfTunnel
    private String proxyNames;

    @UriParam(
            label = "producer,security",
            description = "What an origin must prove: token, basic, certificate, key and bean (the option "
                    + "authenticator). A plus sign joins proofs that are needed together; a comma separates "
                    + "alternatives. By default all configured proofs are needed together")
    @OfPort
    @OfTunnel
    private String authentication;

    @UriParam(
            label = "producer",
            description = "URL at which visitors find an origin, with an asterisk for its name. The origin is told "
                    + "it when it registers. By default https:// and the origin's sub-domain of originDomain")
    @OfTunnel
    private String publicUrl;

    @UriParam(label = "consumer,security", description = "User name to register with, together with password")
    @OfTunnel
    private String username;

    @UriParam(
            label = "consumer,security",
            secret = true,
            description =
                    "Password to register with; or file: and a path, and the file is read again when it " + "changes")
    @OfTunnel
    private String password;

    @UriParam(
            label = "consumer,security",
            description = "File of the key to register with: a private JWK that only its owner may read. It is "
                    + "created if it does not exist. With an asterisk for the origin's name, the name is "
                    + "derived from the key")
    @OfTunnel
    private String key;

    @UriParam(
            label = "consumer,security",
            defaultValue = "Ed25519",
            enums = "Ed25519,P-256",
            description = "Algorithm of a key that is created")
    @OfTunnel
    private String keyAlgorithm = "Ed25519";

    @UriParam(
            label = "consumer,security",
            description = "With an asterisk for the origin's name: a text from which the name is derived together "
                    + "with the key, so that one key can have several names")
    @OfTunnel
    private String keySession;

    @UriParam(
            label = "security",
            javaType = "java.time.Duration",
            defaultValue = "5s",
            description = "Interval at which files of tokens, users, keys and key stores are checked for changes; 0 "
                    + "for never")
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
