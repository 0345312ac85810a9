package perennial.learning.replay;

/** Where the records of one actor of one stream have got to in a {@link ReplayMemory}. */
final class ActorTrail {

    /** What the actor's next transition would do to the last observation stored of it. */
    enum Open {
        /** Nothing: the episode is over. */
        NOTHING,
        /** The last observation has its action; the next transition brings what came after it. */
        NEXT_OBSERVATION,
        /** The last observation came as the next one of a transition and waits for its action. */
        ACTION
    }

    final String stream;
    final int actor;
    long episode;
    long sequence;
    long last;
    Open open = Open.NOTHING;

    ActorTrail(String stream, int actor) {
        this.stream = stream;
        this.actor = actor;
    }

    boolean isOf(String otherStream, int otherActor) {
        return actor == otherActor && stream.equals(otherStream);
    }
}
