package perennial.jobs.kafka;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.ResourceType;
import perennial.environment.kafka.ClientRole;
import perennial.jobs.UserException;

/**
 * Checks, before something long begins, that the topics are there and that a login may do what it will need: a right that is missing
 * shows at once and by its name, rather than in the restarts of a job.
 *
 * <p>A broker tells what a login may do to topics and groups. For transactions it is asked to begin one, of an id that nobody uses.
 */
public final class Rights {

    /** Follows the prefix in the transactional id that is tried. */
    private static final String TRIED = "rights";

    private Rights() {}

    /**
     * Makes sure of all of them.
     *
     * @param doing what they are needed for, to follow "cannot", for example {@code run the job perennial}
     * @throws UserException that names each that is missing, or a topic that is
     */
    public static void require(KafkaConnection connection, String doing, List<Right> needed) {
        Map<ClientRole, List<Right>> byRole =
                needed.stream().collect(Collectors.groupingBy(Right::role, LinkedHashMap::new, Collectors.toList()));
        Set<Right> missing = new LinkedHashSet<>();
        byRole.forEach((role, rights) -> {
            try (Admin admin = connection.admin(role)) {
                missing.addAll(missing(admin, connection, rights));
            } catch (ExecutionException e) {
                throw KafkaErrors.explain(e, connection, doing);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw KafkaErrors.explain(e, connection, doing);
            }
        });
        if (!missing.isEmpty()) {
            throw KafkaErrors.lacking(connection, doing, List.copyOf(missing), null);
        }
    }

    private static List<Right> missing(Admin admin, KafkaConnection connection, List<Right> rights)
            throws ExecutionException, InterruptedException {
        Map<String, KafkaFuture<TopicDescription>> topics = admin.describeTopics(
                        names(rights, ResourceType.TOPIC),
                        new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .topicNameValues();
        List<Right> missing = new ArrayList<>();
        for (Right right : rights) {
            boolean allowed =
                    switch (right.resource()) {
                        case TOPIC -> isAllowed(right, operations(topics.get(right.name()), right.name(), connection));
                        case GROUP -> isAllowed(right, operations(admin, right.name()));
                        case TRANSACTIONAL_ID -> mayWrite(admin, right.name() + TRIED);
                        default -> throw new IllegalArgumentException("nothing asks for this right: right=" + right);
                    };
            if (!allowed) {
                missing.add(right);
            }
        }
        return missing;
    }

    private static List<String> names(List<Right> rights, ResourceType resource) {
        return rights.stream()
                .filter(right -> right.resource() == resource)
                .map(Right::name)
                .distinct()
                .toList();
    }

    /** A broker that does not tell what is allowed is no reason to refuse. */
    private static boolean isAllowed(Right right, Set<AclOperation> operationsOrNull) {
        return operationsOrNull == null || operationsOrNull.contains(right.operation());
    }

    private static Set<AclOperation> operations(
            KafkaFuture<TopicDescription> topic, String name, KafkaConnection connection)
            throws ExecutionException, InterruptedException {
        try {
            return topic.get().authorizedOperations();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw KafkaErrors.missingTopic(name, connection);
            }
            return noneWhereRefused(e);
        }
    }

    private static Set<AclOperation> operations(Admin admin, String group)
            throws ExecutionException, InterruptedException {
        try {
            return admin.describeConsumerGroups(
                            List.of(group), new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                    .describedGroups()
                    .get(group)
                    .get()
                    .authorizedOperations();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                // Nobody was in it yet, and who may not know of a group is told so instead.
                return null;
            }
            return noneWhereRefused(e);
        }
    }

    private static Set<AclOperation> noneWhereRefused(ExecutionException e) throws ExecutionException {
        if (e.getCause() instanceof AuthorizationException) {
            return Set.of();
        }
        throw e;
    }

    private static boolean mayWrite(Admin admin, String transactionalId)
            throws ExecutionException, InterruptedException {
        try {
            admin.fenceProducers(List.of(transactionalId)).all().get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TransactionalIdAuthorizationException) {
                return false;
            }
            throw e;
        }
    }
}
