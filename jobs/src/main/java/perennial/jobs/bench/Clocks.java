package perennial.jobs.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * The clocks at one moment, in nanoseconds, or what passed between two moments; and what was allocated, in bytes.
 *
 * @param elapsed the time of day, from anywhere
 * @param thread processor time of the thread that looked
 * @param process processor time of its process
 * @param broker processor time of the broker's process; 0 where there is none
 * @param allocated bytes that the threads of this process have allocated, those aside that have ended
 */
record Clocks(long elapsed, long thread, long process, long broker, long allocated) {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** @param broker process id of the broker; 0 for none */
    static Clocks now(long broker) {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long brokerTime = ProcessHandle.of(broker)
                .flatMap(handle -> handle.info().totalCpuDuration())
                .orElse(Duration.ZERO)
                .toNanos();
        return new Clocks(
                System.nanoTime(),
                THREADS.getCurrentThreadCpuTime(),
                system.getProcessCpuTime(),
                brokerTime,
                allocatedByAllThreads());
    }

    private static long allocatedByAllThreads() {
        long sum = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }

    Clocks minus(Clocks earlier) {
        return new Clocks(
                elapsed - earlier.elapsed,
                thread - earlier.thread,
                process - earlier.process,
                broker - earlier.broker,
                allocated - earlier.allocated);
    }

    Clocks plus(Clocks other) {
        return new Clocks(
                elapsed + other.elapsed,
                thread + other.thread,
                process + other.process,
                broker + other.broker,
                allocated + other.allocated);
    }
}
