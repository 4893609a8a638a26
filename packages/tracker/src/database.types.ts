// Written by `pnpm --filter @chronos-player/local run generate` from the database itself. Not to be edited.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  public: {
    Tables: {
      course_modules: {
        Row: {
          course_id: string;
          created_at: string;
          id: string;
          module_order: number;
          title: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          course_id: string;
          created_at?: string;
          id?: string;
          module_order: number;
          title: string;
          updated_at?: string;
        };
        Update: {
          course_id?: string;
          created_at?: string;
          id?: string;
          module_order?: number;
          title?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'course_modules_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'courses';
            referencedColumns: ['id'];
          },
        ];
      };
      courses: {
        Row: {
          created_at: string;
          creator_id: string;
          description: string | null;
          enrollment: string;
          gating: string;
          id: string;
          is_deleted: boolean;
          is_published: boolean;
          title: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          creator_id?: string;
          description?: string | null;
          enrollment?: string;
          gating?: string;
          id?: string;
          is_deleted?: boolean;
          is_published?: boolean;
          title: string;
          updated_at?: string;
        };
        Update: {
          created_at?: string;
          creator_id?: string;
          description?: string | null;
          enrollment?: string;
          gating?: string;
          id?: string;
          is_deleted?: boolean;
          is_published?: boolean;
          title?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'courses_creator_id_fkey';
            columns: ['creator_id'];
            isOneToOne: false;
            referencedRelation: 'creators';
            referencedColumns: ['id'];
          },
        ];
      };
      creator_tiers: {
        Row: {
          created_at: string;
          max_video_bytes: number;
          tier: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          max_video_bytes: number;
          tier: string;
          updated_at?: string;
        };
        Update: {
          created_at?: string;
          max_video_bytes?: number;
          tier?: string;
          updated_at?: string;
        };
        Relationships: [];
      };
      creators: {
        Row: {
          created_at: string;
          frozen_before: string | null;
          frozen_until: string | null;
          id: string;
          name: string;
          retention_days: number | null;
          tier: string;
          time_zone: string;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          frozen_before?: string | null;
          frozen_until?: string | null;
          id?: string;
          name: string;
          retention_days?: number | null;
          tier?: string;
          time_zone?: string;
          updated_at?: string;
          user_id: string;
        };
        Update: {
          created_at?: string;
          frozen_before?: string | null;
          frozen_until?: string | null;
          id?: string;
          name?: string;
          retention_days?: number | null;
          tier?: string;
          time_zone?: string;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [];
      };
      enrollments: {
        Row: {
          course_id: string;
          created_at: string;
          enrolled_at: string;
          id: string;
          student_id: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          course_id: string;
          created_at?: string;
          enrolled_at?: string;
          id?: string;
          student_id: string;
          updated_at?: string;
        };
        Update: {
          course_id?: string;
          created_at?: string;
          enrolled_at?: string;
          id?: string;
          student_id?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'enrollments_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'courses';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'enrollments_student_id_fkey';
            columns: ['student_id'];
            isOneToOne: false;
            referencedRelation: 'students';
            referencedColumns: ['id'];
          },
        ];
      };
      job_failures: {
        Row: {
          attempts: number;
          created_at: string;
          error: string;
          id: string;
          job: string;
          subject: NonNullable<Json>;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          attempts?: number;
          created_at?: string;
          error: string;
          id?: string;
          job: string;
          subject: NonNullable<Json>;
          updated_at?: string;
        };
        Update: {
          attempts?: number;
          created_at?: string;
          error?: string;
          id?: string;
          job?: string;
          subject?: NonNullable<Json>;
          updated_at?: string;
        };
        Relationships: [];
      };
      module_lessons: {
        Row: {
          created_at: string;
          description: string | null;
          estimated_duration_minutes: number | null;
          id: string;
          is_required: boolean;
          lesson_order: number;
          metadata: NonNullable<Json>;
          module_id: string;
          title: string | null;
          updated_at: string;
          video_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          description?: string | null;
          estimated_duration_minutes?: number | null;
          id?: string;
          is_required?: boolean;
          lesson_order: number;
          metadata?: NonNullable<Json>;
          module_id: string;
          title?: string | null;
          updated_at?: string;
          video_id: string;
        };
        Update: {
          created_at?: string;
          description?: string | null;
          estimated_duration_minutes?: number | null;
          id?: string;
          is_required?: boolean;
          lesson_order?: number;
          metadata?: NonNullable<Json>;
          module_id?: string;
          title?: string | null;
          updated_at?: string;
          video_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'module_lessons_module_id_fkey';
            columns: ['module_id'];
            isOneToOne: false;
            referencedRelation: 'course_modules';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'module_lessons_video_id_fkey';
            columns: ['video_id'];
            isOneToOne: false;
            referencedRelation: 'videos';
            referencedColumns: ['id'];
          },
        ];
      };
      prices: {
        Row: {
          created_at: string;
          currency: string;
          from_quantity: number;
          id: string;
          is_example: boolean;
          item: string;
          kind: string;
          price: number;
          source: string | null;
          unit: string;
          updated_at: string;
          valid_from: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          currency: string;
          from_quantity?: number;
          id?: string;
          is_example?: boolean;
          item: string;
          kind: string;
          price: number;
          source?: string | null;
          unit: string;
          updated_at?: string;
          valid_from: string;
        };
        Update: {
          created_at?: string;
          currency?: string;
          from_quantity?: number;
          id?: string;
          is_example?: boolean;
          item?: string;
          kind?: string;
          price?: number;
          source?: string | null;
          unit?: string;
          updated_at?: string;
          valid_from?: string;
        };
        Relationships: [];
      };
      students: {
        Row: {
          created_at: string;
          creator_id: string | null;
          display_name: string | null;
          external_id: string | null;
          id: string;
          updated_at: string;
          user_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          creator_id?: string | null;
          display_name?: string | null;
          external_id?: string | null;
          id?: string;
          updated_at?: string;
          user_id?: string | null;
        };
        Update: {
          created_at?: string;
          creator_id?: string | null;
          display_name?: string | null;
          external_id?: string | null;
          id?: string;
          updated_at?: string;
          user_id?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'students_creator_id_fkey';
            columns: ['creator_id'];
            isOneToOne: false;
            referencedRelation: 'creators';
            referencedColumns: ['id'];
          },
        ];
      };
      transcript_attempts: {
        Row: {
          amount: number;
          attempted_at: string;
          created_at: string;
          currency: string | null;
          error: string | null;
          id: string;
          language: string | null;
          method: string;
          outcome: string;
          price: number | null;
          quantity: number | null;
          seconds: number | null;
          unit: string | null;
          updated_at: string;
          video_id: string;
          words: number | null;
        };
        ComputedFields: never;
        Insert: {
          amount?: number;
          attempted_at?: string;
          created_at?: string;
          currency?: string | null;
          error?: string | null;
          id?: string;
          language?: string | null;
          method: string;
          outcome: string;
          price?: number | null;
          quantity?: number | null;
          seconds?: number | null;
          unit?: string | null;
          updated_at?: string;
          video_id: string;
          words?: number | null;
        };
        Update: {
          amount?: number;
          attempted_at?: string;
          created_at?: string;
          currency?: string | null;
          error?: string | null;
          id?: string;
          language?: string | null;
          method?: string;
          outcome?: string;
          price?: number | null;
          quantity?: number | null;
          seconds?: number | null;
          unit?: string | null;
          updated_at?: string;
          video_id?: string;
          words?: number | null;
        };
        Relationships: [
          {
            foreignKeyName: 'transcript_attempts_video_id_fkey';
            columns: ['video_id'];
            isOneToOne: false;
            referencedRelation: 'videos';
            referencedColumns: ['id'];
          },
        ];
      };
      transcript_chunks: {
        Row: {
          created_at: string;
          embedding: number[] | null;
          embedding_model: string | null;
          end_ms: number;
          id: string;
          language: string;
          place: number;
          start_ms: number;
          text: string;
          updated_at: string;
          video_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          embedding?: number[] | null;
          embedding_model?: string | null;
          end_ms: number;
          id?: string;
          language: string;
          place: number;
          start_ms: number;
          text: string;
          updated_at?: string;
          video_id: string;
        };
        Update: {
          created_at?: string;
          embedding?: number[] | null;
          embedding_model?: string | null;
          end_ms?: number;
          id?: string;
          language?: string;
          place?: number;
          start_ms?: number;
          text?: string;
          updated_at?: string;
          video_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'transcript_chunks_video_id_fkey';
            columns: ['video_id'];
            isOneToOne: false;
            referencedRelation: 'videos';
            referencedColumns: ['id'];
          },
        ];
      };
      transcript_segments: {
        Row: {
          created_at: string;
          end_ms: number | null;
          id: string;
          language: string;
          place: number;
          search: unknown;
          source: string;
          start_ms: number | null;
          text: string;
          updated_at: string;
          video_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          end_ms?: number | null;
          id?: string;
          language: string;
          place: number;
          search?: never;
          source: string;
          start_ms?: number | null;
          text: string;
          updated_at?: string;
          video_id: string;
        };
        Update: {
          created_at?: string;
          end_ms?: number | null;
          id?: string;
          language?: string;
          place?: number;
          search?: never;
          source?: string;
          start_ms?: number | null;
          text?: string;
          updated_at?: string;
          video_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'transcript_segments_video_id_fkey';
            columns: ['video_id'];
            isOneToOne: false;
            referencedRelation: 'videos';
            referencedColumns: ['id'];
          },
        ];
      };
      video_analytics: {
        Row: {
          ai_interactions: number;
          average_watch_time_seconds: number | null;
          completion_rate: number | null;
          completions: number;
          created_at: string;
          creator_id: string;
          date: string;
          late_watch_time_seconds: number;
          loads: number;
          metadata: NonNullable<Json>;
          reached_10: number;
          reached_25: number;
          reached_50: number;
          reached_75: number;
          reached_90: number;
          rewatches: number;
          total_watch_time_seconds: number;
          unique_viewers: number;
          updated_at: string;
          valid_views: number;
          video_id: string;
          views: number;
        };
        ComputedFields: never;
        Insert: {
          ai_interactions?: number;
          average_watch_time_seconds?: never;
          completion_rate?: never;
          completions?: number;
          created_at?: string;
          creator_id: string;
          date: string;
          late_watch_time_seconds?: number;
          loads?: number;
          metadata?: NonNullable<Json>;
          reached_10?: number;
          reached_25?: number;
          reached_50?: number;
          reached_75?: number;
          reached_90?: number;
          rewatches?: number;
          total_watch_time_seconds?: number;
          unique_viewers?: number;
          updated_at?: string;
          valid_views?: number;
          video_id: string;
          views?: number;
        };
        Update: {
          ai_interactions?: number;
          average_watch_time_seconds?: never;
          completion_rate?: never;
          completions?: number;
          created_at?: string;
          creator_id?: string;
          date?: string;
          late_watch_time_seconds?: number;
          loads?: number;
          metadata?: NonNullable<Json>;
          reached_10?: number;
          reached_25?: number;
          reached_50?: number;
          reached_75?: number;
          reached_90?: number;
          rewatches?: number;
          total_watch_time_seconds?: number;
          unique_viewers?: number;
          updated_at?: string;
          valid_views?: number;
          video_id?: string;
          views?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'video_analytics_creator_id_fkey';
            columns: ['creator_id'];
            isOneToOne: false;
            referencedRelation: 'creators';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'video_analytics_video_id_fkey';
            columns: ['video_id'];
            isOneToOne: false;
            referencedRelation: 'videos';
            referencedColumns: ['id'];
          },
        ];
      };
      video_analytics_events: {
        Row: {
          course_id: string | null;
          created_at: string;
          creator_id: string;
          event_type: string;
          id: string;
          metadata: NonNullable<Json>;
          module_id: string | null;
          session_id: string | null;
          student_id: string | null;
          timestamp: string;
          updated_at: string;
          video_id: string;
        };
        ComputedFields: never;
        Insert: {
          course_id?: string | null;
          created_at?: string;
          creator_id: string;
          event_type: string;
          id?: string;
          metadata?: NonNullable<Json>;
          module_id?: string | null;
          session_id?: string | null;
          student_id?: string | null;
          timestamp: string;
          updated_at?: string;
          video_id: string;
        };
        Update: {
          course_id?: string | null;
          created_at?: string;
          creator_id?: string;
          event_type?: string;
          id?: string;
          metadata?: NonNullable<Json>;
          module_id?: string | null;
          session_id?: string | null;
          student_id?: string | null;
          timestamp?: string;
          updated_at?: string;
          video_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'video_analytics_events_creator_id_fkey';
            columns: ['creator_id'];
            isOneToOne: false;
            referencedRelation: 'creators';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'video_analytics_events_student_id_fkey';
            columns: ['student_id'];
            isOneToOne: false;
            referencedRelation: 'students';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'video_analytics_events_video_id_fkey';
            columns: ['video_id'];
            isOneToOne: false;
            referencedRelation: 'videos';
            referencedColumns: ['id'];
          },
        ];
      };
      video_analytics_revisions: {
        Row: {
          after: Json | null;
          before: Json | null;
          created_at: string;
          creator_id: string;
          date: string;
          id: string;
          updated_at: string;
          video_id: string;
        };
        ComputedFields: never;
        Insert: {
          after?: Json | null;
          before?: Json | null;
          created_at?: string;
          creator_id: string;
          date: string;
          id?: string;
          updated_at?: string;
          video_id: string;
        };
        Update: {
          after?: Json | null;
          before?: Json | null;
          created_at?: string;
          creator_id?: string;
          date?: string;
          id?: string;
          updated_at?: string;
          video_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'video_analytics_revisions_creator_id_fkey';
            columns: ['creator_id'];
            isOneToOne: false;
            referencedRelation: 'creators';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'video_analytics_revisions_video_id_fkey';
            columns: ['video_id'];
            isOneToOne: false;
            referencedRelation: 'videos';
            referencedColumns: ['id'];
          },
        ];
      };
      video_progress: {
        Row: {
          completed_at: string | null;
          covered_seconds: number;
          created_at: string;
          creator_id: string;
          credited_ms: number;
          first_contact_at: string;
          first_watched_at: string | null;
          last_contact_at: string;
          last_watched_at: string | null;
          milestones: number;
          percent_complete: number | null;
          resume_position_seconds: number;
          resume_session_id: string | null;
          sessions: number;
          student_id: string | null;
          updated_at: string;
          video_id: string;
          viewer_id: string;
          watch_time_seconds: number;
          watched: unknown;
        };
        ComputedFields: never;
        Insert: {
          completed_at?: string | null;
          covered_seconds?: number;
          created_at?: string;
          creator_id: string;
          credited_ms?: number;
          first_contact_at: string;
          first_watched_at?: string | null;
          last_contact_at: string;
          last_watched_at?: string | null;
          milestones?: number;
          percent_complete?: number | null;
          resume_position_seconds?: number;
          resume_session_id?: string | null;
          sessions?: number;
          student_id?: string | null;
          updated_at?: string;
          video_id: string;
          viewer_id: string;
          watch_time_seconds?: number;
          watched?: unknown;
        };
        Update: {
          completed_at?: string | null;
          covered_seconds?: number;
          created_at?: string;
          creator_id?: string;
          credited_ms?: number;
          first_contact_at?: string;
          first_watched_at?: string | null;
          last_contact_at?: string;
          last_watched_at?: string | null;
          milestones?: number;
          percent_complete?: number | null;
          resume_position_seconds?: number;
          resume_session_id?: string | null;
          sessions?: number;
          student_id?: string | null;
          updated_at?: string;
          video_id?: string;
          viewer_id?: string;
          watch_time_seconds?: number;
          watched?: unknown;
        };
        Relationships: [
          {
            foreignKeyName: 'video_progress_creator_id_fkey';
            columns: ['creator_id'];
            isOneToOne: false;
            referencedRelation: 'creators';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'video_progress_student_id_fkey';
            columns: ['student_id'];
            isOneToOne: false;
            referencedRelation: 'students';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'video_progress_video_id_fkey';
            columns: ['video_id'];
            isOneToOne: false;
            referencedRelation: 'videos';
            referencedColumns: ['id'];
          },
        ];
      };
      video_watch_sessions: {
        Row: {
          ad_ms: number;
          age_ms: number;
          anonymous_id_hash: string | null;
          buffering_count: number;
          buffering_ms: number;
          caption_ms: number;
          claimed_content_ms: number;
          claimed_duration_ms: number | null;
          claimed_milestone_durations: number[] | null;
          claimed_watch_ms: number;
          close_reason: string | null;
          completed: boolean;
          completion_threshold: number | null;
          content_seconds: number;
          context_digest: number | null;
          counted_ms: number;
          course_id: string | null;
          covered_seconds: number;
          created_at: string;
          creator_id: string;
          device_type: string | null;
          duration_seconds: number | null;
          end_age_ms: number | null;
          error_count: number;
          evidence: string;
          first_contact_at: string;
          furthest_position_seconds: number;
          has_completed: boolean;
          has_rewatched: boolean;
          hidden_ms: number;
          id: string;
          integrity_flags: string[];
          last_seen_at: string;
          messages_received: number;
          messages_sent: number;
          metadata: NonNullable<Json>;
          milestones: number;
          module_id: string | null;
          muted_ms: number;
          paused_ms: number;
          percent_complete: number | null;
          player_version: string | null;
          position_ms: number;
          previous_session_id: string | null;
          rate_changes: number;
          referrer_type: string | null;
          resume_at: string;
          rewatch_after_complete_ms: number;
          rewatched: unknown;
          seeks_back: number;
          seeks_forward: number;
          seq: number;
          session_end: string | null;
          session_start: string;
          started: boolean;
          startup_ms: number;
          student_id: string | null;
          updated_at: string;
          video_id: string;
          viewer_id: string | null;
          watch_time_seconds: number;
          watched: unknown;
          write_key_hash: string;
        };
        ComputedFields: never;
        Insert: {
          ad_ms?: number;
          age_ms?: number;
          anonymous_id_hash?: string | null;
          buffering_count?: number;
          buffering_ms?: number;
          caption_ms?: number;
          claimed_content_ms?: number;
          claimed_duration_ms?: number | null;
          claimed_milestone_durations?: number[] | null;
          claimed_watch_ms?: number;
          close_reason?: string | null;
          completed?: boolean;
          completion_threshold?: number | null;
          content_seconds?: number;
          context_digest?: number | null;
          counted_ms?: number;
          course_id?: string | null;
          covered_seconds?: number;
          created_at?: string;
          creator_id: string;
          device_type?: string | null;
          duration_seconds?: number | null;
          end_age_ms?: number | null;
          error_count?: number;
          evidence?: string;
          first_contact_at?: string;
          furthest_position_seconds?: number;
          has_completed?: boolean;
          has_rewatched?: boolean;
          hidden_ms?: number;
          id?: string;
          integrity_flags?: string[];
          last_seen_at?: string;
          messages_received?: number;
          messages_sent?: number;
          metadata?: NonNullable<Json>;
          milestones?: number;
          module_id?: string | null;
          muted_ms?: number;
          paused_ms?: number;
          percent_complete?: number | null;
          player_version?: string | null;
          position_ms?: number;
          previous_session_id?: string | null;
          rate_changes?: number;
          referrer_type?: string | null;
          resume_at?: string;
          rewatch_after_complete_ms?: number;
          rewatched?: unknown;
          seeks_back?: number;
          seeks_forward?: number;
          seq?: number;
          session_end?: string | null;
          session_start?: string;
          started?: boolean;
          startup_ms?: number;
          student_id?: string | null;
          updated_at?: string;
          video_id: string;
          viewer_id?: string | null;
          watch_time_seconds?: number;
          watched?: unknown;
          write_key_hash?: string;
        };
        Update: {
          ad_ms?: number;
          age_ms?: number;
          anonymous_id_hash?: string | null;
          buffering_count?: number;
          buffering_ms?: number;
          caption_ms?: number;
          claimed_content_ms?: number;
          claimed_duration_ms?: number | null;
          claimed_milestone_durations?: number[] | null;
          claimed_watch_ms?: number;
          close_reason?: string | null;
          completed?: boolean;
          completion_threshold?: number | null;
          content_seconds?: number;
          context_digest?: number | null;
          counted_ms?: number;
          course_id?: string | null;
          covered_seconds?: number;
          created_at?: string;
          creator_id?: string;
          device_type?: string | null;
          duration_seconds?: number | null;
          end_age_ms?: number | null;
          error_count?: number;
          evidence?: string;
          first_contact_at?: string;
          furthest_position_seconds?: number;
          has_completed?: boolean;
          has_rewatched?: boolean;
          hidden_ms?: number;
          id?: string;
          integrity_flags?: string[];
          last_seen_at?: string;
          messages_received?: number;
          messages_sent?: number;
          metadata?: NonNullable<Json>;
          milestones?: number;
          module_id?: string | null;
          muted_ms?: number;
          paused_ms?: number;
          percent_complete?: number | null;
          player_version?: string | null;
          position_ms?: number;
          previous_session_id?: string | null;
          rate_changes?: number;
          referrer_type?: string | null;
          resume_at?: string;
          rewatch_after_complete_ms?: number;
          rewatched?: unknown;
          seeks_back?: number;
          seeks_forward?: number;
          seq?: number;
          session_end?: string | null;
          session_start?: string;
          started?: boolean;
          startup_ms?: number;
          student_id?: string | null;
          updated_at?: string;
          video_id?: string;
          viewer_id?: string | null;
          watch_time_seconds?: number;
          watched?: unknown;
          write_key_hash?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'video_watch_sessions_creator_id_fkey';
            columns: ['creator_id'];
            isOneToOne: false;
            referencedRelation: 'creators';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'video_watch_sessions_student_id_fkey';
            columns: ['student_id'];
            isOneToOne: false;
            referencedRelation: 'students';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'video_watch_sessions_video_id_fkey';
            columns: ['video_id'];
            isOneToOne: false;
            referencedRelation: 'videos';
            referencedColumns: ['id'];
          },
        ];
      };
      videos: {
        Row: {
          accepted_evidence: string[];
          access: string;
          allowed_origins: string[] | null;
          captions: NonNullable<Json>;
          chapters: NonNullable<Json>;
          completion_accepts_late: boolean;
          completion_threshold: number;
          created_at: string;
          creator_id: string;
          description: string | null;
          duration_ms: number | null;
          duration_seconds: number | null;
          duration_source: string | null;
          embed_id: string | null;
          embed_type: string | null;
          error: string | null;
          file_size_bytes: number | null;
          id: string;
          imported_at: string | null;
          is_deleted: boolean;
          mux_asset_id: string | null;
          mux_playback_id: string | null;
          source_type: string;
          status: string;
          storage_path: string | null;
          thumbnail_url: string | null;
          title: string;
          transcript: string | null;
          updated_at: string;
          url: string | null;
          whop_lesson_id: string | null;
          youtube_channel_id: string | null;
          youtube_video_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          accepted_evidence?: string[];
          access?: string;
          allowed_origins?: string[] | null;
          captions?: NonNullable<Json>;
          chapters?: NonNullable<Json>;
          completion_accepts_late?: boolean;
          completion_threshold?: number;
          created_at?: string;
          creator_id?: string;
          description?: string | null;
          duration_ms?: number | null;
          duration_seconds?: number | null;
          duration_source?: string | null;
          embed_id?: string | null;
          embed_type?: string | null;
          error?: string | null;
          file_size_bytes?: number | null;
          id?: string;
          imported_at?: string | null;
          is_deleted?: boolean;
          mux_asset_id?: string | null;
          mux_playback_id?: string | null;
          source_type: string;
          status?: string;
          storage_path?: string | null;
          thumbnail_url?: string | null;
          title: string;
          transcript?: string | null;
          updated_at?: string;
          url?: string | null;
          whop_lesson_id?: string | null;
          youtube_channel_id?: string | null;
          youtube_video_id?: string | null;
        };
        Update: {
          accepted_evidence?: string[];
          access?: string;
          allowed_origins?: string[] | null;
          captions?: NonNullable<Json>;
          chapters?: NonNullable<Json>;
          completion_accepts_late?: boolean;
          completion_threshold?: number;
          created_at?: string;
          creator_id?: string;
          description?: string | null;
          duration_ms?: number | null;
          duration_seconds?: number | null;
          duration_source?: string | null;
          embed_id?: string | null;
          embed_type?: string | null;
          error?: string | null;
          file_size_bytes?: number | null;
          id?: string;
          imported_at?: string | null;
          is_deleted?: boolean;
          mux_asset_id?: string | null;
          mux_playback_id?: string | null;
          source_type?: string;
          status?: string;
          storage_path?: string | null;
          thumbnail_url?: string | null;
          title?: string;
          transcript?: string | null;
          updated_at?: string;
          url?: string | null;
          whop_lesson_id?: string | null;
          youtube_channel_id?: string | null;
          youtube_video_id?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'videos_creator_id_fkey';
            columns: ['creator_id'];
            isOneToOne: false;
            referencedRelation: 'creators';
            referencedColumns: ['id'];
          },
        ];
      };
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      attest_video_watched: { Args: { p_video_id: string; p_viewer_token?: string }; Returns: Json };
      check_request: { Args: Record<PropertyKey, never>; Returns: undefined };
      close_stale_watch_sessions: { Args: Record<PropertyKey, never>; Returns: number };
      end_watch_session: {
        Args: {
          p_age_ms?: number;
          p_anonymous_id?: string;
          p_content_ms?: number;
          p_context?: Json;
          p_counters?: Json;
          p_duration_ms?: number;
          p_position_ms?: number;
          p_rewatched?: unknown;
          p_seq?: number;
          p_session_id: string;
          p_video_id: string;
          p_viewer_token?: string;
          p_watch_time_ms?: number;
          p_watched?: unknown;
          p_write_key: string;
        };
        Returns: Json;
      };
      enroll_in_course: { Args: { p_course_id: string }; Returns: string };
      ensure_event_partitions: { Args: { p_months_ahead?: number }; Returns: number };
      erase_student_data: { Args: { p_student_id: string }; Returns: Json };
      explain_metric: {
        Args: { p_after?: string; p_date: string; p_limit?: number; p_metric: string; p_video_id: string };
        Returns: {
          device_type: string;
          evidence: string;
          integrity_flags: string[];
          percent_complete: number;
          session_id: string;
          session_start: string;
          student_id: string;
          value: number;
          viewer_id: string;
          watch_time_seconds: number;
        }[];
      };
      export_student_data: { Args: { p_page?: number; p_student_id: string }; Returns: Json };
      get_cost_report: { Args: { p_creator_id?: string; p_from?: string; p_to?: string }; Returns: Json };
      get_course_progress: { Args: { p_course_id: string; p_student_id?: string }; Returns: Json };
      get_creator_dashboard: {
        Args: { p_creator_id?: string; p_days?: number; p_from?: string; p_to?: string };
        Returns: Json;
      };
      get_creator_keys: { Args: { p_creator_id?: string }; Returns: Json };
      get_module_lessons: { Args: { p_module_id: string; p_student_id?: string }; Returns: Json };
      get_player_video: { Args: { p_video_id: string; p_viewer_token?: string }; Returns: Json };
      get_student_highest_completion: { Args: { p_student_id: string; p_video_id: string }; Returns: number };
      get_student_total_watch_time: { Args: { p_student_id: string; p_video_id: string }; Returns: number };
      get_video_retention: {
        Args: { p_bucket_seconds?: number; p_from?: string; p_to?: string; p_video_id: string };
        Returns: Json;
      };
      has_student_completed_video: { Args: { p_student_id: string; p_video_id: string }; Returns: boolean };
      purge_expired_data: { Args: { p_max_rows?: number }; Returns: number };
      record_transcript_attempt: {
        Args: {
          p_amount?: number;
          p_currency?: string;
          p_error?: string;
          p_language?: string;
          p_method: string;
          p_outcome: string;
          p_seconds?: number;
          p_video_id: string;
          p_words?: number;
        };
        Returns: string;
      };
      reorder_lessons: { Args: { p_lesson_ids: string[]; p_module_id: string }; Returns: undefined };
      reorder_modules: { Args: { p_course_id: string; p_module_ids: string[] }; Returns: undefined };
      retire_creator_key: { Args: { p_creator_id?: string; p_kid: string }; Returns: undefined };
      roll_up_recent_video_analytics: { Args: { p_days?: number }; Returns: number };
      roll_up_video_analytics: {
        Args: { p_from?: string; p_rebuild?: boolean; p_settle_seconds?: number; p_to?: string };
        Returns: number;
      };
      rotate_creator_key: { Args: { p_creator_id?: string; p_overlap_seconds?: number }; Returns: Json };
      set_video_status: { Args: { p_error?: string; p_status: string; p_video_id: string }; Returns: Json };
      settle_video_durations: { Args: Record<PropertyKey, never>; Returns: number };
      start_watch_session: {
        Args: {
          p_age_ms?: number;
          p_anonymous_id?: string;
          p_content_ms?: number;
          p_context?: Json;
          p_counters?: Json;
          p_duration_ms?: number;
          p_position_ms?: number;
          p_rewatched?: unknown;
          p_seq?: number;
          p_session_id: string;
          p_video_id: string;
          p_viewer_token?: string;
          p_watch_time_ms?: number;
          p_watched?: unknown;
          p_write_key: string;
        };
        Returns: Json;
      };
      track_video_event: {
        Args: {
          p_course_id?: string;
          p_creator_id?: string;
          p_event_type: string;
          p_metadata?: Json;
          p_module_id?: string;
          p_student_id?: string;
          p_timestamp?: string;
          p_video_id: string;
        };
        Returns: string;
      };
      update_watch_session: {
        Args: {
          p_age_ms?: number;
          p_anonymous_id?: string;
          p_content_ms?: number;
          p_context?: Json;
          p_counters?: Json;
          p_duration_ms?: number;
          p_position_ms?: number;
          p_rewatched?: unknown;
          p_seq?: number;
          p_session_id: string;
          p_video_id: string;
          p_viewer_token?: string;
          p_watch_time_ms?: number;
          p_watched?: unknown;
          p_write_key: string;
        };
        Returns: Json;
      };
      update_watch_sessions: { Args: { p_snapshots: Json }; Returns: Json };
      upsert_whop_lesson: {
        Args: {
          p_creator_id?: string;
          p_description?: string;
          p_source_id?: string;
          p_source_type: string;
          p_thumbnail_url?: string;
          p_title: string;
          p_url?: string;
          p_whop_lesson_id: string;
        };
        Returns: string;
      };
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, 'public'>];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema['Tables'] & DefaultSchema['Views'])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])[TableName] extends {
      Row: infer R;
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema['Tables'] & DefaultSchema['Views'])
    ? (DefaultSchema['Tables'] & DefaultSchema['Views'])[DefaultSchemaTableNameOrOptions] extends {
        Row: infer R;
      }
      ? R
      : never
    : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
      Insert: infer I;
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
    ? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
        Insert: infer I;
      }
      ? I
      : never
    : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
      Update: infer U;
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
    ? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
        Update: infer U;
      }
      ? U
      : never
    : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema['Enums'] | { schema: keyof DatabaseWithoutInternals },
  EnumName extends (DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums']
    : never) = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums'][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema['Enums']
    ? DefaultSchema['Enums'][DefaultSchemaEnumNameOrOptions]
    : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema['CompositeTypes']
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends (PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes']
    : never) = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes'][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema['CompositeTypes']
    ? DefaultSchema['CompositeTypes'][PublicCompositeTypeNameOrOptions]
    : never;

export const Constants = {
  public: {
    Enums: {},
  },
} as const;
