package perennial.jobs.flink;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.io.network.netty.InboundChannelHandlerFactory;
import org.apache.flink.runtime.rest.FileUploadHandler;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandler;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandlerContext;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Puts a {@link RestGuard} into each connection to an embedded cluster. Flink finds it as a service, in whatever cluster has this code
 * on its class path; only an embedded one asks for it.
 */
public final class RestGuardFactory implements InboundChannelHandlerFactory {

    /** Whether the REST interface is guarded. */
    static final ConfigOption<Boolean> GUARDED =
            ConfigOptions.key("perennial.rest.guarded").booleanType().defaultValue(false);

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Optional<ChannelHandler> createHandler(Configuration configuration, Map<String, String> responseHeaders) {
        if (!configuration.get(GUARDED)) {
            return Optional.empty();
        }
        RestRules rules = new RestRules(
                hosts(configuration),
                configuration.get(WebOptions.CANCEL_ENABLE),
                configuration.get(WebOptions.SUBMIT_ENABLE));
        return Optional.of(new Placement(new RestGuard(rules, configuration.toMap())));
    }

    private static Set<String> hosts(Configuration configuration) {
        Set<String> hosts = new HashSet<>();
        configuration.getOptional(RestOptions.ADDRESS).ifPresent(hosts::add);
        configuration.getOptional(RestOptions.BIND_ADDRESS).ifPresent(hosts::add);
        hosts.removeIf(String::isBlank);
        return Set.copyOf(
                hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList());
    }

    /** Puts the guard before what writes the bodies of requests to files, where Flink offers no place, and goes away. */
    private static final class Placement extends ChannelInboundHandlerAdapter {

        private final RestGuard guard;

        Placement(RestGuard guard) {
            this.guard = guard;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            ChannelHandlerContext uploads = context.pipeline().context(FileUploadHandler.class);
            String before = uploads == null ? context.name() : uploads.name();
            context.pipeline().addBefore(before, "guard", guard);
            context.pipeline().remove(this);
        }
    }
}
