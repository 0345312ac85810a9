package perennial.jobs.dashboard;

import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.MethodNotAllowedResponse;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Keeps other web pages away from the dashboard, and the dashboard from everything else. Thread-safe.
 *
 * <p>A page of some other site could give its own name the address of this machine and then read what is served here (DNS rebinding). It
 * cannot help sending that name, so a request is only answered if it names the dashboard by an address, as localhost, or by the name that
 * the dashboard was told to listen at.
 */
final class RequestGuard {

    /** What the page may load and do: what comes from here, and nothing else. Downloads are made in the page. */
    private static final String CONTENT_SECURITY_POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'");

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy", CONTENT_SECURITY_POLICY,
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()");

    private final String host;

    /** @param host name or address that the dashboard listens at */
    RequestGuard(String host) {
        this.host = host;
    }

    /** Lets a request pass, and says what the browser may do with the answer. */
    void check(Context context) {
        HEADERS.forEach(context::header);
        if (!Set.of("GET", "HEAD").contains(context.req().getMethod())) {
            throw new MethodNotAllowedResponse("the dashboard only shows: use GET");
        }
        if (!isOurs(context.req().getServerName())) {
            throw new ForbiddenResponse(
                    "the dashboard answers to localhost, to addresses and to the name it listens at: host="
                            + context.req().getServerName()
                            + "; open it by the address it printed, or start it with --host");
        }
    }

    private boolean isOurs(String name) {
        String asked = String.valueOf(name).toLowerCase(Locale.ROOT);
        return asked.equals("localhost") || asked.equals(host.toLowerCase(Locale.ROOT)) || isAddress(asked);
    }

    /** Whether it is an address in digits: no name server was asked for it. */
    private static boolean isAddress(String name) {
        return name.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") || name.matches("\\[?[0-9a-f]*:[0-9a-f:.%]*\\]?");
    }
}
