package perennial.jobs.flink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.flink.shaded.netty4.io.netty.buffer.Unpooled;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelFutureListener;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandlerContext;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelInboundHandlerAdapter;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.DefaultFullHttpResponse;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.FullHttpResponse;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpHeaderNames;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpHeaderValues;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpRequest;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpResponseStatus;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpVersion;
import org.apache.flink.shaded.netty4.io.netty.util.ReferenceCountUtil;
import perennial.jobs.Secrets;

/**
 * Stands in front of the REST interface of an embedded cluster: refuses what {@link RestRules} refuse, before any of its body is
 * taken in, and answers itself what the cluster's options are, since Flink knows fewer names of secrets. For one connection.
 */
final class RestGuard extends ChannelInboundHandlerAdapter {

    private static final Pattern OPTIONS = Pattern.compile("(/v\\d{1,3})?(/jobs/[^/]+)?/jobmanager/config/?");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One option, as Flink writes it. */
    private record Entry(String key, String value) {}

    private final RestRules rules;
    private final Map<String, String> options;

    /** Whether the rest of a request is still to come that was answered already. */
    private boolean answered;

    /** @param options options of the cluster, with their secrets */
    RestGuard(RestRules rules, Map<String, String> options) {
        this.rules = rules;
        this.options = options;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (!answered && message instanceof HttpRequest request) {
            Optional<FullHttpResponse> answer = answer(request);
            if (answer.isPresent()) {
                answered = true;
                // The body that follows is of no use, nor is a connection that is in the middle of one.
                context.writeAndFlush(answer.get()).addListener(ChannelFutureListener.CLOSE);
            }
        }
        if (answered) {
            ReferenceCountUtil.release(message);
        } else {
            super.channelRead(context, message);
        }
    }

    private Optional<FullHttpResponse> answer(HttpRequest request) throws JsonProcessingException {
        Optional<String> refusal = rules.refusal(
                request.method().name(),
                request.uri(),
                request.headers().get(HttpHeaderNames.HOST),
                request.headers().get(HttpHeaderNames.ORIGIN));
        if (refusal.isPresent()) {
            // In the form that Flink's errors have, so that its clients show the sentence.
            return Optional.of(response(HttpResponseStatus.FORBIDDEN, Map.of("errors", List.of(refusal.get()))));
        }
        if (request.method().name().equals("GET")
                && OPTIONS.matcher(RestRules.path(request.uri())).matches()) {
            return Optional.of(response(
                    HttpResponseStatus.OK,
                    new TreeMap<>(Secrets.masked(options))
                            .entrySet().stream()
                                    .map(option -> new Entry(option.getKey(), option.getValue()))
                                    .toList()));
        }
        return Optional.empty();
    }

    private static FullHttpResponse response(HttpResponseStatus status, Object content) throws JsonProcessingException {
        byte[] bytes = JSON.writeValueAsString(content).getBytes(StandardCharsets.UTF_8);
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(bytes));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON + "; charset=UTF-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return response;
    }
}
