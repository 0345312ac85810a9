package perennial.streaming.types;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Something for each actor of each stream, for no more than a given number of them: beyond it, what was asked for least
 * recently is forgotten. Looking up allocates nothing. Not thread-safe.
 *
 * @param <V> what is held
 */
public final class ActorMap<V> {

    /** An actor of a stream. */
    public static final class Actor {

        private String stream = "";
        private int number;

        private Actor at(String newStream, int newNumber) {
            stream = newStream;
            number = newNumber;
            return this;
        }

        /** Name of the stream. */
        public String stream() {
            return stream;
        }

        /** Number of the actor. */
        public int number() {
            return number;
        }

        @Override
        public boolean equals(Object object) {
            return object instanceof Actor other && number == other.number && stream.equals(other.stream);
        }

        @Override
        public int hashCode() {
            return 31 * stream.hashCode() + number;
        }
    }

    private static final class Bounded<V> extends LinkedHashMap<Actor, V> {

        private static final long serialVersionUID = 1L;
        private final int limit;

        Bounded(int limit) {
            super(16, 0.75f, true);
            this.limit = limit;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Actor, V> eldest) {
            return size() > limit;
        }
    }

    private final Map<Actor, V> values;
    private final Actor probe = new Actor();

    /** An empty one for at most {@code limit} actors. */
    public ActorMap(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1: limit=" + limit);
        }
        values = new Bounded<>(limit);
    }

    /** What is held for that actor, or null. */
    public V get(String stream, int actor) {
        return values.get(probe.at(stream, actor));
    }

    /** Holds {@code value} for that actor. */
    public void put(String stream, int actor, V value) {
        values.put(new Actor().at(stream, actor), value);
    }

    /** Number of actors. */
    public int size() {
        return values.size();
    }

    /** Visits everything, least recently asked for first. */
    public void forEach(BiConsumer<Actor, V> visitor) {
        values.forEach(visitor);
    }
}
