package perennial.jobs.kafka;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;
import perennial.environment.kafka.ClientRole;

/**
 * Something that a login must be allowed to do.
 *
 * @param role whose login
 * @param resource kind of what it is done to
 * @param name its name; for transactional ids what they all begin with
 * @param operation what is done
 */
public record Right(ClientRole role, ResourceType resource, String name, AclOperation operation) {

    public Right {
        requireNonNull(role, "role");
        requireNonNull(resource, "resource");
        requireNonNull(name, "name");
        requireNonNull(operation, "operation");
    }

    /** To do something to a topic. */
    public static Right topic(ClientRole role, AclOperation operation, String name) {
        return new Right(role, ResourceType.TOPIC, name, operation);
    }

    /** To read in the name of a consumer group. */
    public static Right group(String name) {
        return new Right(ClientRole.CONSUMER, ResourceType.GROUP, name, AclOperation.READ);
    }

    /** To write in transactions whose ids begin with {@code prefix}. */
    public static Right transactions(String prefix) {
        return new Right(ClientRole.PRODUCER, ResourceType.TRANSACTIONAL_ID, prefix, AclOperation.WRITE);
    }

    /** As in {@code Read on the topic perennial.events.v1}. */
    String inWords() {
        String kind = resource.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return SecurityUtils.operationName(operation) + " on the "
                + (resource == ResourceType.TRANSACTIONAL_ID ? "transactional ids that begin with " : kind + " ")
                + name;
    }

    /** The options of {@code kafka-acls} that grant it. */
    String grant() {
        return "--operation " + SecurityUtils.operationName(operation) + " --"
                + resource.name().toLowerCase(Locale.ROOT).replace('_', '-') + " " + name
                + (resource == ResourceType.TRANSACTIONAL_ID ? " --resource-pattern-type prefixed" : "");
    }
}
