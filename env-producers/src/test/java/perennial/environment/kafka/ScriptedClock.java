package perennial.environment.kafka;

/** A clock on which time passes only when somebody sleeps. */
final class ScriptedClock implements MonotonicClock {

    private final Runnable onSleep;
    private long now = 5_000_000_000L;

    ScriptedClock() {
        this(() -> {});
    }

    /** @param onSleep happens during every sleep */
    ScriptedClock(Runnable onSleep) {
        this.onSleep = onSleep;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void sleep(long nanos) {
        now += nanos;
        onSleep.run();
    }
}
