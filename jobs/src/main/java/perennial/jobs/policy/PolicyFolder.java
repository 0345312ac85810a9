package perennial.jobs.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import perennial.learning.weights.WholeFile;
import perennial.v1.ActorPosition;

/**
 * A folder of policies: {@code LEARNER@VERSION.safetensors} with a description, {@code LEARNER@VERSION.json}, for each, and
 * {@code LEARNER.safetensors} with {@code LEARNER.json} for the newest of each learner. Every file is there as a whole or not at all. No name of a learner has
 * an {@code @}, so that the files of one are never taken for those of another. One process writes it; not thread-safe.
 */
public final class PolicyFolder {

    private static final String WEIGHTS = ".safetensors";
    private static final String DESCRIPTION = ".json";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Versions of a learner whose digests are kept in mind beyond those that have files. */
    private static final int KNOWN = 4096;

    /** What became of a policy. */
    public enum Outcome {
        /** It was there before, with the same bytes. */
        THERE,
        /** It was written, and is not the newest of its learner. */
        WRITTEN,
        /** It was written, and is the newest of its learner. */
        NEWEST,
        /** It was written, and is the newest of its learner, which has gone back to a lower version. */
        WENT_BACK
    }

    /** What is known of one learner's policies. */
    private static final class Shelf {

        private final Map<Long, String> digests = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
                return size() > KNOWN;
            }
        };
        private long newestVersion = -1;
        private long newestMs = Long.MIN_VALUE;
    }

    private final Path folder;
    private final int keep;
    private final Map<String, Shelf> shelves = new HashMap<>();

    /**
     * A folder, which is made where it is missing.
     *
     * @param keep how many policies of each learner are kept, the last written ones; 0 for all
     */
    public PolicyFolder(Path folder, int keep) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.keep = keep;
    }

    /** The file of a policy's weights. */
    public Path file(PublishedPolicy policy) {
        return folder.resolve(versioned(policy) + WEIGHTS);
    }

    private static String versioned(PublishedPolicy policy) {
        return policy.learner() + "@" + policy.version();
    }

    /** Writes a policy where it is not there yet, and deletes those of its learner that are too many. */
    public Outcome write(PublishedPolicy policy) throws IOException {
        Shelf shelf = shelf(policy.learner());
        String digest = digest(policy.tensors());
        boolean known = digest.equals(shelf.digests.get(policy.version()));
        // After a failure a learner publishes again what it had published: that is no reason to go back. Anything else
        // is.
        boolean newest = policy.publishedMs() >= shelf.newestMs && (!known || policy.version() > shelf.newestVersion);
        if (known && !newest) {
            return Outcome.THERE;
        }
        byte[] description = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(description(policy, digest));
        if (!known) {
            writeBoth(versioned(policy), policy.tensors(), description);
            shelf.digests.remove(policy.version());
            shelf.digests.put(policy.version(), digest);
        }
        boolean wentBack = newest && policy.version() < shelf.newestVersion;
        if (newest) {
            writeBoth(policy.learner(), policy.tensors(), description);
            shelf.newestVersion = policy.version();
            shelf.newestMs = policy.publishedMs();
        }
        deleteOld(policy);
        if (known) {
            return Outcome.THERE;
        }
        return wentBack ? Outcome.WENT_BACK : newest ? Outcome.NEWEST : Outcome.WRITTEN;
    }

    /** The description last: who reads it finds the weights that it speaks of. */
    private void writeBoth(String name, byte[] tensors, byte[] description) throws IOException {
        WholeFile.write(folder.resolve(name + WEIGHTS), tensors);
        WholeFile.write(folder.resolve(name + DESCRIPTION), description);
    }

    private static ObjectNode description(PublishedPolicy policy, String digest) {
        ObjectNode node = JSON.createObjectNode()
                .put("learner", policy.learner())
                .put("stream", policy.stream())
                .put("version", policy.version())
                .put("records", policy.records())
                .put("published", Instant.ofEpochMilli(policy.publishedMs()).toString())
                .put("file", versioned(policy) + WEIGHTS)
                .put("bytes", policy.tensors().length)
                .put("sha256", digest);
        for (ActorPosition position : policy.trainedThrough()) {
            node.withArray("trainedThrough")
                    .addObject()
                    .put("stream", position.getStream())
                    .put("actor", position.getActor())
                    .put("sequence", position.getSequence());
        }
        return node;
    }

    private static String digest(byte[] tensors) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(tensors));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private Shelf shelf(String learner) throws IOException {
        Shelf shelf = shelves.get(learner);
        if (shelf == null) {
            shelf = new Shelf();
            for (Stored stored : stored(learner)) {
                JsonNode description = description(learner + "@" + stored.version);
                shelf.digests.put(stored.version, description.path("sha256").asText());
            }
            JsonNode newest = description(learner);
            if (newest.path("published").isTextual() && Files.exists(folder.resolve(learner + WEIGHTS))) {
                shelf.newestVersion = newest.path("version").asLong(-1);
                shelf.newestMs =
                        Instant.parse(newest.path("published").asText()).toEpochMilli();
            }
            shelves.put(learner, shelf);
        }
        return shelf;
    }

    private JsonNode description(String name) throws IOException {
        try {
            return JSON.readTree(folder.resolve(name + DESCRIPTION).toFile());
        } catch (java.io.FileNotFoundException | com.fasterxml.jackson.core.JsonProcessingException e) {
            // Of weights whose description is not there nothing is known, so that they are written again.
            return JSON.createObjectNode();
        }
    }

    /** Weights of one version that have a file. */
    private record Stored(long version, Path file, long writtenMs) {}

    /** Those of a learner in the order in which they were written. */
    private List<Stored> stored(String learner) throws IOException {
        Pattern pattern = Pattern.compile(Pattern.quote(learner) + "@(\\d{1,18})" + Pattern.quote(WEIGHTS));
        List<Stored> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Matcher matcher = pattern.matcher(file.getFileName().toString());
                if (matcher.matches()) {
                    found.add(new Stored(
                            Long.parseLong(matcher.group(1)),
                            file,
                            Files.getLastModifiedTime(file).toMillis()));
                }
            }
        } catch (NoSuchFileException e) {
            // Somebody else tidies up, too.
            return stored(learner);
        }
        found.sort(Comparator.comparingLong(Stored::writtenMs).thenComparingLong(Stored::version));
        return found;
    }

    private void deleteOld(PublishedPolicy written) throws IOException {
        if (keep == 0) {
            return;
        }
        List<Stored> all = stored(written.learner());
        long newest = shelf(written.learner()).newestVersion;
        int surplus = all.size() - keep;
        for (Stored stored : all) {
            if (surplus > 0 && stored.version != written.version() && stored.version != newest) {
                Files.deleteIfExists(folder.resolve(written.learner() + "@" + stored.version + DESCRIPTION));
                Files.deleteIfExists(stored.file);
                surplus--;
            }
        }
    }
}
