package perennial.jobs.flink;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.QueryStringDecoder;

/**
 * Who may ask an embedded cluster what over HTTP. Flink itself answers whoever reaches its port, and takes a job, which is any code,
 * from them. A page in the browser of somebody at this machine reaches it too: by a name of its own that it lets point to 127.0.0.1
 * (DNS rebinding), or by a form that is sent here from there.
 *
 * @param hosts names that the cluster may be called beside localhost, in lower case; addresses in numbers always may
 * @param jobsChange whether jobs may be cancelled, stopped and rescaled
 * @param jobsCome whether jobs may be uploaded and run, and everything else be done
 */
record RestRules(Set<String> hosts, boolean jobsChange, boolean jobsCome) {

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    /** A name that resolves to nothing else than itself. */
    private static final Pattern NUMBERS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]{2,45}]");

    private static final Pattern PORT = Pattern.compile(":\\d{1,5}$");

    private static final Pattern OF_A_JOB = Pattern.compile("(/v\\d{1,3})?/jobs/[^/]+(/.*)?");

    /** Cancels a job although it is asked as if it only read. */
    private static final Pattern CANCELS = Pattern.compile(".*/yarn-(cancel|stop)/?");

    RestRules {
        hosts = Set.copyOf(hosts);
    }

    /**
     * Why a request is refused; empty where it is not.
     *
     * @param hostOrNull header {@code Host}
     * @param originOrNull header {@code Origin}
     */
    Optional<String> refusal(String method, String uri, String hostOrNull, String originOrNull) {
        if (hostOrNull == null || !isKnown(hostOrNull)) {
            return Optional.of("this cluster answers to localhost and to addresses in numbers only; name others as"
                    + " rest.address under flink: in the configuration");
        }
        if (originOrNull != null && !hostOrNull.equalsIgnoreCase(authority(originOrNull))) {
            return Optional.of("this cluster does not answer pages of other origins");
        }
        String path = path(uri);
        if (READING.contains(method) && !CANCELS.matcher(path).matches()) {
            return Optional.empty();
        }
        if (jobsCome || jobsChange && OF_A_JOB.matcher(path).matches()) {
            return Optional.empty();
        }
        return Optional.of(
                OF_A_JOB.matcher(path).matches()
                        ? "jobs of this cluster are not changed from outside; set web.cancel.enable: true under flink: in"
                                + " the configuration to allow it"
                        : "this cluster takes no jobs from outside; set web.submit.enable: true under flink: in the"
                                + " configuration to allow it");
    }

    private boolean isKnown(String host) {
        String name = PORT.matcher(host.toLowerCase(Locale.ROOT)).replaceFirst("");
        return name.equals("localhost") || NUMBERS.matcher(name).matches() || hosts.contains(name);
    }

    private static String authority(String origin) {
        try {
            return URI.create(origin).getAuthority();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Percent signs resolved, as Flink's router does. */
    static String path(String uri) {
        try {
            return new QueryStringDecoder(uri).path();
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
